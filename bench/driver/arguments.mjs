/** Reads the command line of the benchmark. */

import { parseArgs } from 'node:util';

/** A mistake of the caller: exit code 2. */
export class UsageError extends Error {}

export const usage = `Usage: npm run bench -- [workload …] [options]

Measures Dolina beside its peers, interleaved, and prints a table.

  --json FILE       also write the rows as JSON
  --systems A,B     only these systems
  --beside FOLDER   another checkout of Dolina, built, as one more system: before and after in turn
  --seconds N       time for each system and workload (default 20); a slow system still gets two or three runs
  --list            print the workloads and systems
  --help            print this`;

const optionTypes = /** @type {const} */ ({
  json: { type: 'string' },
  systems: { type: 'string' },
  beside: { type: 'string' },
  seconds: { type: 'string' },
  list: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

/** Edit distance (insert, delete, substitute). @param {string} a @param {string} b */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}

/** @template {{ name: string }} T @param {string} kind @param {string} name @param {readonly T[]} known @returns {T} */
function find(kind, name, known) {
  const found = known.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const [near] = [...known].sort((a, b) => distance(name, a.name) - distance(name, b.name));
  const names = known.map((entry) => entry.name).join(', ');
  throw new UsageError(`unknown ${kind} "${name}". Did you mean "${near.name}"? Known: ${names}.`);
}

/**
 * @param {readonly string[]} args
 * @param {{ workloads: readonly import('../workloads/table.mjs').Workload[],
 *   systems: readonly import('../systems/table.mjs').SystemEntry[] }} known
 * @throws {UsageError}
 */
export function readArguments(args, known) {
  let parsed;
  for (const arg of args) {
    if (arg === '--') break;
    const [, name] = /^--([^=]+)/.exec(arg) ?? [];
    if (name !== undefined)
      find(
        'option',
        name,
        Object.keys(optionTypes).map((own) => ({ name: own })),
      );
  }
  try {
    parsed = parseArgs({ args: [...args], allowPositionals: true, options: optionTypes });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
  const { values, positionals } = parsed;
  const seconds = values.seconds === undefined ? 20 : Number(values.seconds);
  if (!(seconds > 0 && seconds <= 3600)) {
    throw new UsageError(`--seconds is "${values.seconds}"; give a number above 0 and up to 3600.`);
  }
  const workloads =
    positionals.length === 0
      ? known.workloads
      : [...new Set(positionals.map((name) => find('workload', name, known.workloads)))];
  const systems =
    values.systems === undefined
      ? known.systems
      : [...new Set(values.systems.split(',').map((name) => find('system', name.trim(), known.systems)))];
  const { beside } = values;
  return {
    workloads,
    systems,
    beside,
    seconds,
    json: values.json,
    help: values.help === true,
    list: values.list === true,
  };
}
