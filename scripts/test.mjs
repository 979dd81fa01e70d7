/**
 * `npm test`: on a fresh clone with nothing but Node, installs, builds and runs everything. What cannot run here is
 * listed at the end with its reason; the last line counts checks and tests: `N passed, N failed, N skipped`.
 */

import { prepare } from './prepare.mjs';
import { runStage, stages } from './stages.mjs';
import { bringSystemPackages } from './system-packages.mjs';

const root = process.cwd();
const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`);
const total = { passed: 0, failed: 0, skipped: /** @type {{ name: string, reason: string }[]} */ ([]) };
const count = (/** @type {boolean} */ good) => {
  if (good) total.passed++;
  else total.failed++;
};

async function everything() {
  const ready = await prepare(root, say);
  if (!ready) return count(false);
  total.skipped.push(...(await bringSystemPackages(root, say)));
  for (const stage of stages(root)) count(await runStage(stage.name, stage.run, say));
  const { runTests } = await import('./run-tests.mjs');
  const tests = await runTests(root, []);
  for (const line of tests.printed) say(`FAIL  ${line}`);
  total.passed += tests.passed;
  total.failed += tests.failed + tests.printed.length;
  total.skipped.push(...tests.skipped);
}

await everything();
if (total.skipped.length > 0) {
  say('\nskipped:');
  for (const { name, reason } of total.skipped) say(`  ${name}\n    ${reason}`);
}
say(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
