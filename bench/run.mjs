/** `npm run bench`: Dolina beside its peers. README.md tells the method. */

import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, prepare } from '../scripts/prepare.mjs';
import { readArguments, UsageError, usage } from './driver/arguments.mjs';
import { disturbance, machineLine } from './driver/machine.mjs';
import { writeMaterials } from './driver/materials.mjs';
import { measure } from './driver/measure.mjs';
import { table } from './driver/report.mjs';
import { checkout, findPython, systems } from './systems/table.mjs';
import { workloads } from './workloads/table.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);
const print = (/** @type {string} */ line) => process.stdout.write(`${line}\n`);

/** @returns {Promise<number>} Exit code: 0 measured, 1 Dolina failed or somebody did other work, 2 usage. */
async function main() {
  const options = readArguments(process.argv.slice(2), { workloads, systems });
  if (options.help) {
    print(usage);
    return 0;
  }
  if (options.list) {
    for (const { name, title } of workloads) print(`${name.padEnd(20)}${title}`);
    print(`systems: ${systems.map(({ name }) => name).join(', ')}`);
    return 0;
  }
  if (options.json !== undefined) checkWritable(options.json);
  const beside = options.beside === undefined ? [] : [built(options.beside)];

  const notes = [disturbance()].filter((note) => note !== undefined);
  const wanted = new Set(options.systems.map(({ needs }) => needs));
  let failed = false;
  if (wanted.has('build') && !(await prepare(dirname(here), say))) {
    failed = true;
    wanted.delete('build');
    notes.push('dolina: left out, its build failed');
  }
  if (wanted.has('peers') && !(await install(here, (line) => say(`peers: ${line}`)))) {
    wanted.delete('peers');
    notes.push('jax-js, tfjs: left out, their packages could not be installed (npm ci in bench/)');
  }
  const python = wanted.has('pytorch') ? await findPython() : undefined;
  if (wanted.has('pytorch') && python === undefined) {
    wanted.delete('pytorch');
    notes.push('pytorch: left out, no python3 here imports torch (on Debian: apt install python3-torch libopenblas0)');
  }
  const present = [...options.systems, ...beside].filter(({ needs }) => wanted.has(needs));
  const programOf = (/** @type {import('./systems/table.mjs').SystemEntry} */ { needs }) =>
    needs === 'pytorch' ? (python ?? '') : process.execPath;

  const machine = machineLine();
  say(machine);
  const folder = mkdtempSync(join(tmpdir(), 'dolina-bench-'));
  const leave = () => rmSync(folder, { recursive: true, force: true });
  process.on('exit', leave);
  // The children end when their standard input does, so leaving is enough.
  process.on('SIGINT', () => process.exit(130));
  process.on('SIGTERM', () => process.exit(143));

  /** @type {import('./driver/measure.mjs').Row[]} */
  const rows = [];
  for (const workload of options.workloads) {
    const materials = writeMaterials(workload, folder);
    const result = await measure(workload, present, materials, { seconds: options.seconds, programOf, say });
    for (const file of Object.values(materials.files)) rmSync(file, { force: true });
    rows.push(...result.rows);
    notes.push(...result.notes);
    if (result.disagree.length > 0) failed = true;
    if (wanted.has('build') && !result.rows.some(({ system }) => system === 'dolina')) failed = true;
    // After every workload, so that an interrupted run leaves what it has measured.
    if (options.json !== undefined) {
      writeFileSync(
        options.json,
        `${JSON.stringify(
          rows.map((row) => ({ ...row, machine })),
          undefined,
          2,
        )}\n`,
      );
    }
  }
  print(`${machine}\n`);
  print(table(rows));
  print(
    ['', 'ratio: its median over Dolina’s. runs: repetitions × steps in each.', ...notes.map((n) => `- ${n}`)].join(
      '\n',
    ),
  );
  return failed ? 1 : 0;
}

/** @param {string} folder */
function built(folder) {
  try {
    return checkout(folder);
  } catch (error) {
    throw new UsageError(`--beside: ${error instanceof Error ? error.message : error}.`);
  }
}

/** Before an hour of measuring, not after it. @param {string} path */
function checkWritable(path) {
  try {
    closeSync(openSync(path, 'a'));
  } catch (error) {
    throw new UsageError(`--json: ${path} cannot be written (${error instanceof Error ? error.message : error}).`);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  say(error.message);
  process.exitCode = 2;
}
