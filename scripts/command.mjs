/** Runs a program and waits: with its output captured, or passed through to the caller's own streams. */

import { spawn } from 'node:child_process';

/**
 * @typedef {object} Outcome
 * @property {number} code Exit code; 128 + the signal's number where a signal ended it, 127 where it could not start.
 * @property {string} output Standard output and error as they came; empty where they were passed through.
 */

/**
 * @param {string} program @param {readonly string[]} args
 * @param {{ cwd: string, env?: Record<string, string>, passThrough?: boolean, seconds?: number }} options
 *   `seconds` ends it when it takes longer. Standard input is closed unless the streams are passed through.
 * @returns {Promise<Outcome>}
 */
export function runCommand(program, args, { cwd, env, passThrough = false, seconds }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: passThrough ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      ...(seconds === undefined ? {} : { timeout: seconds * 1000 }),
    });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', (error) => resolve({ code: 127, output: `${output}${program}: ${error.message}` }));
    child.on('close', (code, signal) => {
      resolve({ code: code ?? 128 + (signal === 'SIGINT' ? 2 : 15), output });
    });
  });
}
