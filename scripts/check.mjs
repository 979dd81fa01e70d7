/**
 * `npm run check`: format, types, lint, layers, docs and unit tests, in about a minute. One line for each; more only
 * where something is wrong.
 */

import { build, isBuilt } from './prepare.mjs';
import { runStage, stages } from './stages.mjs';

const root = process.cwd();
const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`);
let good = true;

// The docs and the tests of the command line look at dist.
if (!isBuilt(root)) {
  const run = async () => {
    /** @type {string[]} */
    const lines = [];
    return (await build(root, (line) => lines.push(line))) ? '' : lines.join('\n');
  };
  good = await runStage('build', run, say);
}
for (const stage of stages(root)) good = (await runStage(stage.name, stage.run, say)) && good;

const unitTests = async () => {
  const { runTests } = await import('./run-tests.mjs');
  const { failed, printed, output } = await runTests(root, ['src/', 'scripts/'], { capture: true });
  return [...(failed > 0 ? [output.trim()] : []), ...printed].join('\n');
};
good = (await runStage('unit tests', unitTests, say)) && good;
process.exitCode = good ? 0 : 1;
