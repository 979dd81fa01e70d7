/**
 * Measures one workload on several systems, interleaved: a round is one repetition of each in turn, so that what disturbs
 * the machine disturbs all alike. Processes live as long as the workload; only one works at a time.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { agreement, tolerance } from './agreement.mjs';
import { Refusal, startChild } from './child.mjs';
import { median, summary } from './statistics.mjs';

/** How long a repetition shall take, so that the clock and the loop weigh nothing. */
const repetitionMs = 300;
/** A step of more than this gets no untimed step before a repetition: what is done once does not show in it. */
const slowMs = 1000;
/** Rounds at the most; enough for quartiles. */
const mostRuns = 25;
/** Steps whose losses are compared. */
const checkedSteps = 5;
/** How long to wait for any one answer. */
const patience = 600;
/** Thread pools spin for a while after their work; let them fall asleep before the next system's turn. */
const restMs = 50;

/**
 * @typedef {object} Row
 * @property {string} workload @property {string} system @property {string} version
 * @property {number} medianMs Of one step, over the repetitions. @property {number} minMs
 * @property {readonly number[]} spreadMs First and third quartile. @property {number} runs Repetitions.
 * @property {number | null} ratio Its median over Dolina's; null where Dolina was not measured.
 * @property {number} stepsPerRun @property {string} family
 * @property {boolean} best Whether it is the fastest setting of its family. @property {string=} variant
 * @property {Record<string, number>=} gigabytesPerSecond @property {Record<string, number>=} variantsMs
 *
 * @typedef {object} Running
 * @property {import('../systems/table.mjs').SystemEntry} entry @property {string} version
 * @property {ReturnType<typeof startChild> | undefined} child @property {number} steps
 * @property {Map<string, number[]>} ms By variant. @property {Map<string, number[]>} bandwidth
 * @property {number[]} values @property {number} spent Seconds. @property {boolean} warm
 * @property {number} turnsLeft
 */

/**
 * @param {import('../workloads/table.mjs').Workload} workload
 * @param {readonly import('../systems/table.mjs').SystemEntry[]} entries
 * @param {import('./materials.mjs').Materials} materials
 * @param {{ seconds: number, programOf: (entry: import('../systems/table.mjs').SystemEntry) => string,
 *   say: (line: string) => void, rest?: number }} options `seconds`: time for each system, beyond which it gets no more
 *   repetitions; `rest`: pause between turns, in ms.
 * @returns {Promise<{ rows: Row[], notes: string[], disagree: string[] }>}
 */
export async function measure(workload, entries, materials, { seconds, programOf, say, rest = restMs }) {
  /** @type {string[]} */
  const notes = [];
  /** @type {Map<string, Running>} */
  const running = new Map();
  const note = (/** @type {string} */ name, /** @type {string} */ text) =>
    notes.push(`${workload.name}, ${name}: ${text}`);
  const start = (/** @type {import('../systems/table.mjs').SystemEntry} */ entry) =>
    startChild({ program: programOf(entry), args: entry.args, ...(entry.env === undefined ? {} : { env: entry.env }) });
  const drop = async (/** @type {string} */ name, /** @type {unknown} */ error) => {
    if (!(error instanceof Refusal)) throw error;
    note(name, error.message);
    await running.get(name)?.child?.stop();
    running.delete(name);
  };

  try {
    for (const entry of entries) {
      if (entry.insteadOf !== undefined && running.has(entry.insteadOf)) continue;
      say(`${workload.name}: ${entry.name}, preparing`);
      const child = start(entry);
      /** @type {Running} */
      const own = {
        entry,
        version: '',
        child,
        steps: 1,
        ms: new Map(),
        bandwidth: new Map(),
        values: [],
        spent: 0,
        warm: true,
        turnsLeft: mostRuns,
      };
      running.set(entry.name, own);
      try {
        const prepared = await child.ask({ command: 'prepare', workload, materials }, patience);
        own.version = prepared.version;
        if (prepared.note !== undefined) note(entry.name, prepared.note);
        if (workload.kind === 'compile') {
          const { ms } = await child.ask({ command: 'run', steps: 1 }, patience);
          note(entry.name, `its first process of all, not counted: ${ms[''].toFixed(0)} ms`);
          await child.stop();
          own.child = undefined;
          continue;
        }
        const check = await child.ask({ command: 'check', steps: checkedSteps, seconds: seconds / 2 }, patience);
        own.values = check.values;
        own.steps = Math.max(1, Math.round(repetitionMs / check.stepMs));
        if (check.stepMs > seconds * 1000) {
          append(own.ms, '', check.stepMs);
          own.turnsLeft = 0;
          note(entry.name, 'one step takes longer than all its time: the last step of the check counts, out of turn');
        }
        own.warm = check.stepMs < slowMs;
        // A slow system has warmed up enough in the check.
        if (own.warm) {
          await child.ask({ command: 'run', steps: own.steps, warm: true }, patience);
          const warm = await child.ask({ command: 'run', steps: own.steps, warm: true }, patience);
          own.steps = Math.max(1, Math.round(repetitionMs / Math.min(...Object.values(warm.ms).map(Number))));
        }
      } catch (error) {
        await drop(entry.name, error);
      }
    }

    const turns = async (/** @type {number} */ round, /** @type {Running} */ own) => {
      const fewest = own.warm ? 3 : 2;
      if (own.turnsLeft === 0 || (own.spent > seconds && round >= fewest)) return false;
      own.turnsLeft--;
      await pause(rest);
      const before = performance.now();
      const child = own.child ?? start(own.entry);
      try {
        if (own.child === undefined) await child.ask({ command: 'prepare', workload, materials }, patience);
        const answer = await child.ask({ command: 'run', steps: own.steps, warm: own.warm }, patience);
        for (const [variant, ms] of Object.entries(answer.ms)) append(own.ms, variant, Number(ms));
        for (const [kind, rate] of Object.entries(answer.gigabytesPerSecond ?? {}))
          append(own.bandwidth, kind, Number(rate));
      } catch (error) {
        await drop(own.entry.name, error);
      } finally {
        if (own.child === undefined) await child.stop();
      }
      own.spent += (performance.now() - before) / 1000;
      return true;
    };
    for (let round = 0, more = true; more; round++) {
      more = false;
      const order = [...running.values()];
      // Each round begins with another system: nobody always follows the same neighbour.
      for (let i = 0; i < order.length; i++) more = (await turns(round, order[(i + round) % order.length])) || more;
      if (more && order.length > 0) say(`${workload.name}: round ${round + 1} of at most ${mostRuns}`);
    }
  } finally {
    for (const own of running.values()) await own.child?.stop();
  }

  if (workload.kind === 'compile') return { rows: rowsOf(workload, [...running.values()]), notes, disagree: [] };
  const agrees = agreement(new Map([...running].map(([name, own]) => [name, own.values])));
  const disagree = [...agrees].filter(([, own]) => !own.agrees).map(([name]) => name);
  for (const name of disagree) {
    const by = agrees.get(name)?.difference;
    note(
      name,
      `does other work than the rest: its numbers differ by ${by?.toPrecision(2)} (at most ${tolerance}); no row`,
    );
    running.delete(name);
  }
  const worst = Math.max(0, ...[...agrees.values()].filter((own) => own.agrees).map((own) => own.difference));
  if (running.size > 1) {
    const what = workload.kind === 'update' ? 'moved parameters' : 'losses';
    notes.unshift(`${workload.name}: the same work, ${what} within ${worst.toExponential(1)} of each other's median`);
  }
  return { rows: rowsOf(workload, [...running.values()]), notes, disagree };
}

/** @param {Map<string, number[]>} lists @param {string} key @param {number} value */
function append(lists, key, value) {
  lists.set(key, [...(lists.get(key) ?? []), value]);
}

/** @param {import('../workloads/table.mjs').Workload} workload @param {readonly Running[]} running @returns {Row[]} */
function rowsOf(workload, running) {
  const measured = running.filter(({ ms }) => ms.size > 0);
  const found = measured.map((own) => {
    const variants = [...own.ms].sort(([, a], [, b]) => median(a) - median(b));
    const [[variant, times]] = variants;
    return { own, variant, variants, ...summary(times) };
  });
  const dolina = found.find(({ own }) => own.entry.name === 'dolina')?.medianMs;
  return found.map(({ own, variant, variants, ...statistics }) => ({
    workload: workload.name,
    system: own.entry.name,
    version: own.version,
    ...statistics,
    ratio: dolina === undefined ? null : statistics.medianMs / dolina,
    stepsPerRun: own.steps,
    family: own.entry.family,
    best: found.every((other) => other.own.entry.family !== own.entry.family || other.medianMs >= statistics.medianMs),
    ...(variant === '' ? {} : { variant }),
    ...(variants.length > 1
      ? { variantsMs: Object.fromEntries(variants.map(([name, times]) => [name, median(times)])) }
      : {}),
    ...(own.bandwidth.size > 0
      ? { gigabytesPerSecond: Object.fromEntries([...own.bandwidth].map(([kind, rates]) => [kind, median(rates)])) }
      : {}),
  }));
}
