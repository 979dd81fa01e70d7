import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fire } from './fire.ts';
import { allReaders } from './readers.ts';

const folder = mkdtempSync(join(tmpdir(), 'dolina-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** `npm run fuzz` has more. */
const cases = 300;

describe.each(allReaders(folder).map((reader) => [reader.name, reader] as const))('%s', (_, reader) => {
  it('reads its valid inputs', async () => {
    for (const input of reader.inputs) {
      const read = await reader.read(input);
      expect(reader.isWhole?.(read, input, input) ?? true).toBe(true);
    }
  });

  it(`meets ${cases} damaged inputs with an error of ours or with what is whole, in time and within bounds of memory`, async () => {
    for await (const { faults, refused, accepted } of fire([reader], cases)) {
      const told = faults.map(
        ({ index, what, mutant }) => `${index}: ${what}: ${Buffer.from(mutant).toString('base64').slice(0, 400)}`,
      );
      expect(told).toEqual([]);
      expect(refused.size).toBeGreaterThan(0);
      expect(accepted + [...refused.values()].reduce((sum, count) => sum + count, 0)).toBe(cases);
    }
  });
});
