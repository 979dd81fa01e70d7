/** The driver's side of the protocol: a system in a process of its own, asked one thing at a time. */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { mark } from './serve.mjs';

/** What a system cannot do, in its own words. */
export class Refusal extends Error {}

/**
 * @param {{ program: string, args: readonly string[], env?: Record<string, string> }} command
 */
export function startChild({ program, args, env = {} }) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  /** @type {((answer: Record<string, any>) => void) | undefined} */
  let answered;
  let complaint = '';
  /** @type {string | undefined} */
  let ended;

  child.stderr.on('data', (chunk) => {
    complaint = `${complaint}${chunk}`.slice(-4000);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith(mark)) answered?.(JSON.parse(line.slice(mark.length)));
  });
  const over = (/** @type {string} */ why) => {
    ended ??= why;
    answered?.({ ok: false, reason: ended });
  };
  child.on('error', (error) => over(error.message));
  child.on('close', (code, signal) => {
    const last = complaint.split('\n').findLast((line) => /\w/.test(line));
    over(`its process ended (${signal ?? `code ${code}`})${last === undefined ? '' : `: ${last.trim()}`}`);
  });
  child.stdin.on('error', () => {}); // The end of the process says more.

  return {
    /**
     * @param {Record<string, unknown>} request @param {number} seconds How long to wait before giving up on the system.
     * @returns {Promise<Record<string, any>>} @throws {Refusal}
     */
    async ask(request, seconds) {
      if (ended !== undefined) throw new Refusal(ended);
      const answer = await new Promise((resolve) => {
        const timer = setTimeout(() => {
          over(`no answer to "${request.command}" in ${seconds} s`);
          child.kill('SIGKILL');
        }, seconds * 1000);
        answered = (value) => {
          clearTimeout(timer);
          answered = undefined;
          resolve(value);
        };
        child.stdin.write(`${JSON.stringify(request)}\n`);
      });
      if (!answer.ok) throw new Refusal(String(answer.reason).split('\n')[0]);
      return answer;
    },

    /** Ends the process and waits for its end, so that it takes no time from who comes next. */
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      const closed = new Promise((resolve) => child.once('close', resolve));
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
      await closed;
      clearTimeout(timer);
    },
  };
}
