/** Runs a program and waits: with its output captured, or passed through to the caller's own streams. */

import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * @typedef {object} Outcome
 * @property {number} code Exit code; 128 + the signal's number where a signal ended it, 127 where it could not start.
 * @property {string} output Standard output and error as they came; empty where they were passed through.
 */

/**
 * @param {string} program @param {readonly string[]} args
 * @param {{ cwd: string, env?: Record<string, string>, passThrough?: boolean, seconds?: number }} options
 *   `seconds` ends it when it takes longer. Standard input is closed unless the streams are passed through.
 *   SIGTERM is passed on to it; SIGINT is not, as a terminal sends it to both.
 * @returns {Promise<Outcome>}
 */
export function runCommand(program, args, { cwd, env, passThrough = false, seconds }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...(passThrough ? {} : { NO_COLOR: '1' }), ...env },
      stdio: passThrough ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      ...(seconds === undefined ? {} : { timeout: seconds * 1000 }),
    });
    const terminate = () => child.kill('SIGTERM');
    process.on('SIGTERM', terminate);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', (error) => resolve({ code: 127, output: `${output}${program}: ${error.message}` }));
    child.on('close', (code, signal) => {
      process.off('SIGTERM', terminate);
      resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), output });
    });
  });
}
