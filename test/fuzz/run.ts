/** The long suite: every reader, one line of counts each. `npm run fuzz [-- --cases n --reader name --first index]`. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fire, type Report } from './fire.ts';
import { allReaders } from './readers.ts';

const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1).padStart(8);

function line({ reader, cases, accepted, refused, faults, slowest, hungriest, grown }: Report): string {
  const codes = [...refused].sort(([, a], [, b]) => b - a).map(([code, count]) => `${code} ${count}`);
  const numbers = [cases, accepted, faults.length].map((count) => String(count).padStart(8)).join('');
  return `${reader.padEnd(48)}${numbers}${slowest.toFixed(0).padStart(9)}${mebibytes(hungriest)}${mebibytes(grown)}  ${codes.join(', ')}`;
}

/** Writes the table to stdout and faults to stderr; gives the exit code. */
export async function runFuzz(given: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...given],
    options: {
      cases: { type: 'string', default: '10000' },
      first: { type: 'string', default: '0' },
      reader: { type: 'string' },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'dolina-fuzz-'));
  let faults = 0;
  try {
    const readers = allReaders(folder).filter(({ name }) => values.reader === undefined || name === values.reader);
    process.stdout.write(`${'reader'.padEnd(48)}   cases accepted  faults slowest ms  MiB most  MiB grown\n`);
    for await (const report of fire(readers, Number(values.cases), Number(values.first))) {
      process.stdout.write(`${line(report)}\n`);
      for (const { index, what, mutant, error } of report.faults.slice(0, 5)) {
        const stack = error instanceof Error ? `\n${error.stack?.split('\n').slice(1, 6).join('\n')}` : '';
        process.stderr.write(
          `  ${report.reader}, case ${index}: ${what}${stack}\n  ${Buffer.from(mutant).toString('base64').slice(0, 1000)}\n`,
        );
      }
      faults += report.faults.length;
    }
    process.stdout.write(`${readers.length * Number(values.cases)} cases, ${faults} faults\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return faults === 0 ? 0 : 1;
}
