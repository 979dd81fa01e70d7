/**
 * What a training in a worker leaves of the caller's thread, and what the worker costs: `npm run bench:responsive`. While it
 * trains, a 10 ms timer of the calling thread notes how late it comes. Rounds in a worker and on the calling thread take
 * turns; each trains the same network anew, compiled before. Steps a second are those of the median step. Between them the
 * timer runs while nothing trains: what is late then is the machine's.
 */

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { builtIn } from '../dist/cli/experiments/table.js';
import { cpuEngine, fashionMnist, train } from '../dist/index.node.js';

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '2' }, seconds: { type: 'string', default: '8' } },
});
const names = positionals.length > 0 ? positionals : ['fashion-mnist-2c2d', 'fashion-mnist-mlp'];
const period = 10;

const engine = await cpuEngine();
const { training, source } = await fashionMnist({ standIn: true });

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

/** Calls back with how many milliseconds later than `period` each turn of the timer comes; gives what stops it. */
function watchTimer(note) {
  let timer;
  const wait = () => {
    const due = performance.now() + period;
    timer = setTimeout(() => {
      note(performance.now() - due);
      wait();
    }, period);
  };
  wait();
  return () => clearTimeout(timer);
}

/** The timer alone, for some seconds. */
async function idle(seconds, late) {
  const stop = watchTimer((ms) => late.push(ms));
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  stop();
}

async function round({ model, loss, metrics, optimizer, batchSize }, thread, seconds, late, times) {
  let stopTimer;
  let last;
  const settings = { model, loss, metrics, optimizer, batchSize, training, engine, thread, epochs: 1e6 };
  const run = train({
    ...settings,
    on(event) {
      if (event.type !== 'step') return;
      // The first steps find caches and clocks cold.
      if (event.step === 5) stopTimer = watchTimer((ms) => late.push(ms));
      if (event.step > 5) times.push(event.time - last);
      last = event.time;
      if (event.time > seconds) run.stop();
    },
  });
  await run;
  stopTimer?.();
}

console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}, ${engine.version}; ${source}`);
console.log('network              thread   steps/s   timer of 10 ms late by: median   99 %    most   turns');
for (const name of names) {
  const experiment = builtIn[name].experiment;
  const measured = { none: { late: [], times: [] }, worker: { late: [], times: [] }, caller: { late: [], times: [] } };
  for (const thread of ['worker', 'caller']) await round(experiment, thread, 0, [], []);
  for (let i = 0; i < Number(given.rounds); i++) {
    for (const [thread, { late, times }] of Object.entries(measured)) {
      if (thread === 'none') await idle(Number(given.seconds), late);
      else await round(experiment, thread, Number(given.seconds), late, times);
    }
  }
  for (const [thread, { late, times }] of Object.entries(measured)) {
    late.sort((a, b) => a - b);
    times.sort((a, b) => a - b);
    const rate = times.length === 0 ? '-' : (1 / quantile(times, 0.5)).toFixed(1);
    const ms = [0.5, 0.99, 1].map((q) => quantile(late, q).toFixed(1).padStart(7));
    console.log(
      `${name.padEnd(20)} ${thread.padEnd(6)} ${rate.padStart(10)} ${' '.repeat(26)}${ms.join(' ')} ${String(late.length).padStart(7)}`,
    );
  }
}
await engine.release();
