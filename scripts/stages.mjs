/** The stages that `npm run check` and `npm test` share: each a name and a function that gives what is wrong, or ''. */

import { join } from 'node:path';
import { runCommand } from './command.mjs';

/** @typedef {{ name: string, run: () => Promise<string> }} Stage */

/** @param {string} root @returns {readonly Stage[]} */
export function stages(root) {
  const node = (/** @type {string} */ program, /** @type {readonly string[]} */ args) => async () => {
    const outcome = await runCommand(process.execPath, [join(root, program), ...args], { cwd: root });
    return outcome.code === 0 ? '' : outcome.output.trim() || `${program} ended with code ${outcome.code}`;
  };
  const biome = 'node_modules/@biomejs/biome/bin/biome';
  return [
    { name: 'format', run: node(biome, ['format', '--colors=off', '.']) },
    { name: 'types', run: node('node_modules/typescript/bin/tsc', ['--noEmit', '--pretty', 'false']) },
    {
      name: 'lint',
      run: node(biome, ['check', '--formatter-enabled=false', '--colors=off', '--error-on-warnings', '.']),
    },
    { name: 'layers', run: node('scripts/check-layers.mjs', []) },
    { name: 'docs', run: node('scripts/check-docs.mjs', []) },
  ];
}

/**
 * Runs one stage and prints its line; what is wrong follows, where something is.
 * @param {string} name @param {() => Promise<string>} run @param {(line: string) => void} say
 * @returns {Promise<boolean>}
 */
export async function runStage(name, run, say) {
  const start = performance.now();
  const wrong = await run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  say(`${wrong === '' ? 'ok  ' : 'FAIL'}  ${name.padEnd(12)}${seconds.padStart(6)} s`);
  if (wrong !== '') say(wrong.replaceAll(/^/gm, '      '));
  return wrong === '';
}
