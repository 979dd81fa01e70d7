import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { newestCheckpoint } from '../../src/train/checkpoint/folder.node.ts';
import { parseRows } from '../../src/train/metrics-log.ts';
import { dolina, lastLine, readJson, temporaryFolder, writeExperiment } from './dolina.ts';

const folder = temporaryFolder();
const disk = join(folder, 'disk');
let mounted = false;
afterAll(() => {
  if (mounted) execFileSync('umount', [disk]);
});

/** A file system of two mebibytes, where the system gives us one. */
function mountSmallDisk(): string | undefined {
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk], { stdio: 'pipe' });
    mounted = true;
    return undefined;
  } catch (error) {
    return `no small file system can be mounted here: ${(error as Error).message.split('\n')[0]}`;
  }
}

it('a full disk ends a run in one clear error, the last checkpoint stays whole, and with room the run goes on from it', async (context) => {
  const reason = mountSmallDisk();
  if (reason !== undefined) context.skip(reason);
  const layers = [{ layer: 'dense', units: 2000 }, { layer: 'relu' }, { layer: 'dense', units: 3 }];
  writeExperiment(folder, {
    model: { layer: 'sequential', layers },
    checkpoints: { every: { epochs: 1 }, keepLast: 99 },
  });
  // A checkpoint takes 0.17 MB: the twelfth or so finds no room.
  const full = await dolina(folder, 'train', 'clouds.json', '--epochs', '30', '--out', 'disk', '--threads', '1');
  expect(full.code, full.err).toBe(1);
  const errors = full.err.split('\n').filter((line) => line.startsWith('error'));
  expect(errors, full.err).toHaveLength(1);
  expect(errors[0]).toMatch(/the disk is full .*Make room/);
  const path = join(folder, lastLine(full.out));
  const { checkpoint, damage } = newestCheckpoint(join(path, 'checkpoints'))!;
  expect(damage).toEqual([]);
  expect(checkpoint.state.epoch).toBeGreaterThan(3);
  expect(readdirSync(join(path, 'checkpoints')).filter((name) => name.endsWith('.partial'))).toEqual([]);
  expect(parseRows(readFileSync(join(path, 'metrics.jsonl'), 'utf8')).length).toBeGreaterThan(0);
  expect(statfsSync(disk).bavail * statfsSync(disk).bsize).toBeLessThan(300_000);

  for (const name of readdirSync(join(path, 'checkpoints'))) {
    if (/^step/.test(name) && name !== checkpoint.name) rmSync(join(path, 'checkpoints', name), { recursive: true });
  }
  const config = readJson(path, 'config.json');
  writeFileSync(join(path, 'config.json'), JSON.stringify({ ...config, checkpoints: { keepLast: 1 } }));
  const resumed = await dolina(folder, 'resume', path);
  expect(resumed.code, resumed.err).toBe(0);
  expect(readJson(path, 'run.json')).toMatchObject({ status: 'done', epoch: 30 });
  expect(existsSync(join(path, 'model.onnx'))).toBe(true);
});
