import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { root, temporaryFolder } from '../dolina.ts';

const folder = temporaryFolder();

// A small young generation: V8 lets it grow by ten megabytes while a program warms up, whatever the program keeps.
const flags = ['--expose-gc', '--max-semi-space-size=1'];

it('20 000 steps leave the resident set within 5 % of what it was after the first thousand', async () => {
  const script = join(import.meta.dirname, 'train-long.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, folder, '20000'], { cwd: root });
  const resident: number[] = JSON.parse(stdout);
  expect(resident).toHaveLength(20);
  expect(Math.max(...resident) / resident[0]!).toBeLessThan(1.05);
});
