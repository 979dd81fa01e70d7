/**
 * The child's side of the protocol: one JSON object a line on standard input, one marked line of JSON in answer. Other
 * lines on standard output are a library's own talk and are passed over.
 *
 *   {"command":"prepare","workload":…,"materials":…}  → {"ok":true,"version":…,"notes":[…]}
 *   {"command":"check","steps":5,"seconds":20}        → {"ok":true,"values":[…],"stepMs":…}
 *   {"command":"run","steps":100,"warm":true}         → {"ok":true,"ms":{"":1.23},"gigabytesPerSecond":{…}}
 *
 * Every check and run begins at the initial values; `warm` asks for untimed steps, a
 * quarter as many as the timed ones, before these: threads are awake then, and what is made once is made.
 * `ms` holds the time of one step by variant; a system with one way to do the work calls it ''.
 */

import { createInterface } from 'node:readline';
import { readMaterials } from './materials.mjs';

export const mark = '@bench ';

/**
 * @typedef {object} Program What a system builds for a workload of kind `step` or `update`.
 * @property {() => unknown} reset Back to the initial values.
 * @property {() => number | undefined | Promise<number | undefined>} step One step, finished; gives the loss, if any.
 * @property {(() => number[] | Promise<number[]>)=} probe For `update`: moved parameters at the places of `probePlaces`.
 * @property {(() => Record<string, number>)=} beside Other measurements of the same round, in GB/s.
 * @property {number=} bytesPerStep Bytes that a step reads and writes at the least.
 * @property {string=} note What a reader should know of how this was run.
 *
 * @typedef {object} System
 * @property {string} version
 * @property {(workload: import('../workloads/table.mjs').Workload, loaded: import('./materials.mjs').Loaded) =>
 *   Program | Promise<Program>} build
 */

/** How many places of an `update` are compared. */
const probes = 64;

/** Untimed steps before so many timed ones. @param {number} steps */
export const warmSteps = (steps) => Math.max(1, Math.floor(steps / 4));

/** @param {number} size */
export const probePlaces = (size) => Array.from({ length: probes }, (_, i) => Math.floor((i * size) / probes));

/** @param {System} system */
export async function serve(system) {
  /** @type {import('../workloads/table.mjs').Workload} */
  let workload;
  /** @type {import('./materials.mjs').Loaded} */
  let loaded;
  /** @type {Program} */
  let program;

  const commands = {
    async prepare(
      /** @type {{ workload: typeof workload, materials: import('./materials.mjs').Materials }} */ request,
    ) {
      workload = request.workload;
      loaded = readMaterials(request.materials);
      if (workload.kind !== 'compile') program = await system.build(workload, loaded);
      return { version: system.version, ...(program?.note === undefined ? {} : { note: program.note }) };
    },

    async check(/** @type {{ steps: number, seconds: number }} */ { steps, seconds }) {
      const values = [];
      const start = performance.now();
      let stepMs = 0;
      await program.reset();
      for (let i = 0; i < steps; i++) {
        const before = performance.now();
        const loss = await program.step();
        stepMs = performance.now() - before;
        if (loss !== undefined) values.push(loss);
        // Two steps at the least: the first loss says nothing of gradients.
        if (workload.kind === 'step' && i >= 1 && performance.now() - start > seconds * 1000) break;
      }
      return { values: program.probe === undefined ? values : await program.probe(), stepMs };
    },

    async run(/** @type {{ steps: number, warm: boolean }} */ { steps, warm }) {
      if (workload.kind === 'compile') return compileOnce();
      await program.reset();
      for (let i = 0; warm && i < warmSteps(steps); i++) await program.step();
      const start = performance.now();
      for (let i = 0; i < steps; i++) {
        const pending = program.step();
        if (pending instanceof Promise) await pending;
      }
      const ms = (performance.now() - start) / steps;
      if (program.bytesPerStep === undefined) return { ms: { '': ms } };
      const gigabytesPerSecond = { update: program.bytesPerStep / ms / 1e6, ...program.beside?.() };
      return { ms: { '': ms }, gigabytesPerSecond };
    },
  };

  async function compileOnce() {
    const start = performance.now();
    program = await system.build(workload, loaded);
    await program.step();
    const first = performance.now() - start;
    const warm = performance.now();
    await program.step();
    return { ms: { '': first - (performance.now() - warm) } };
  }

  for await (const line of createInterface({ input: process.stdin })) {
    let answer;
    try {
      const request = JSON.parse(line);
      answer = { ok: true, ...(await commands[request.command](request)) };
    } catch (error) {
      answer = { ok: false, reason: error instanceof Error ? error.message : String(error) };
    }
    process.stdout.write(`${mark}${JSON.stringify(answer)}\n`);
  }
}
