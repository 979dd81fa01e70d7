/** Runs Vitest, in a process of its own, and returns what came of it. */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('run-vitest.mjs', import.meta.url));

/**
 * @param {string} root
 * @param {readonly string[]} folders Only tests below these; all where empty.
 * @param {{ capture?: boolean }} [options] `capture`: return what Vitest writes instead of passing it on.
 * @returns {Promise<import('./test-report.mjs').TestReport & { output: string }>}
 */
export function runTests(root, folders, { capture = false } = {}) {
  return new Promise((resolve) => {
    const stream = capture ? 'pipe' : 'inherit';
    const env = capture || !process.stdout.isTTY ? { ...process.env, NO_COLOR: '1' } : process.env;
    const child = fork(program, [...folders], { cwd: root, env, stdio: ['ignore', stream, stream, 'ipc'] });
    let output = '';
    for (const source of [child.stdout, child.stderr]) {
      source?.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    /** @type {import('./test-report.mjs').TestReport | undefined} */
    let report;
    child.on('message', (message) => {
      report = /** @type {import('./test-report.mjs').TestReport} */ (message);
    });
    child.on('close', (code, signal) => {
      // A run that ended before it could report has failed, whatever it had passed.
      const broken = {
        passed: 0,
        failed: 1,
        skipped: [],
        printed: [`Vitest ended early (${signal ?? `code ${code}`})`],
      };
      resolve({ ...(report ?? broken), output });
    });
  });
}
