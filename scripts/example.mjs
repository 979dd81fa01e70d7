/**
 * `npm run example -- 03`: from a fresh clone to the figure of an example. `--quick` runs it at its small size; `--draw` draws
 * again from the numbers of the last run, which lie in runs/examples.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { prepare } from './prepare.mjs';

/** @typedef {import('../examples/example.ts').Example} Example */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, draw: { type: 'boolean', default: false } },
});
const names = readdirSync(join(root, 'examples')).filter((name) => /^\d\d-.*\.ts$/.test(name));
const [file, ...others] = names.filter((name) => positionals.some((wanted) => name.startsWith(wanted)));

if (file === undefined || others.length > 0) {
  say(`Name one example: ${names.map((name) => basename(name, '.ts')).join(', ')}.`);
  process.exitCode = 2;
} else if (await prepare(root, say)) {
  await run(basename(file, '.ts'));
} else {
  process.exitCode = 1;
}

/** @param {string} name */
async function run(name) {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(import.meta.url, { fsCache: false });
  const { measure, figure } = /** @type {Example} */ (await jiti.import(join(root, 'examples', `${name}.ts`)));
  const numbers = place('runs/examples', `${name}${options.quick ? '-quick' : ''}.json`);
  // A figure that the documentation shows is only ever drawn at full size.
  const picture = options.quick ? place('runs/examples', `${name}-quick.svg`) : place('docs/figures', `${name}.svg`);
  if (!options.draw) writeFileSync(numbers, JSON.stringify(await measured(measure)));
  writeFileSync(picture, figure(JSON.parse(readFileSync(numbers, 'utf8'))));
  process.stdout.write(`${picture}\n`);
}

/** @param {Example['measure']} measure */
async function measured(measure) {
  const { cpuEngine, defaultCacheFolder, measurementCache } = await import(
    pathToFileURL(join(root, 'dist/index.node.js')).href
  );
  const folder = defaultCacheFolder({ platform: process.platform, home: homedir(), environment: process.env });
  const engine = await cpuEngine({ cache: measurementCache(join(folder, 'measurements.json')) });
  try {
    return await measure({ engine, quick: options.quick, say });
  } finally {
    await engine.release();
  }
}

/** @param {string} folder @param {string} file */
function place(folder, file) {
  mkdirSync(join(root, folder), { recursive: true });
  return join(folder, file);
}
