/**
 * What threads and large pages give an update alone: `npm run bench:updates`. Each rule in turn on memory of its own with one
 * thread, on memory that threads share (in large pages, where there are any) with one, and with all.
 */

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { cpuEngine, readOptimizer } from '../dist/index.node.js';
import { createUpdater, hyperAt } from '../dist/rule/index.js';

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '6' } } });
const rounds = Number(options.rounds);
const updates = 20;
const engine = await cpuEngine();
const cores = cpus().length;

const rules = [
  { optimizer: 'sgd', learningRate: 1e-4 },
  { optimizer: 'momentum', learningRate: 1e-4, momentum: 0.9 },
  { optimizer: 'adam', learningRate: 1e-4 },
];
const sizes = [669_706, 16_000_000];
const ways = [
  { title: 'own memory, 1 thread', pool: undefined, threads: 1 },
  { title: 'shared memory, 1 thread', pool: engine.pool, threads: 1 },
  { title: `shared memory, ${cores} threads`, pool: engine.pool, threads: cores },
];

function lane(optimizer, size, { title, pool, threads }) {
  const parameters = [{ name: 'w', size }];
  const { arena, step } = createUpdater({ optimizer, parameters, pool, threads: () => threads });
  for (const region of ['theta', 'gradient']) {
    const values = arena.view(region, 'w');
    for (let i = 0; i < size; i++) values[i] = Math.sin(i) / 8;
  }
  const input = { step: 1, hyper: hyperAt(optimizer, { step: 0, epoch: 0, examples: 0, fraction: 0 }) };
  return { title, update: () => step(input), times: [] };
}

console.log(`${cpus()[0].model}, ${cores} cores, Node ${process.version}; ms, least (median) of ${rounds * updates}`);
if (engine.pool === undefined) throw new Error('No pool of threads here: koffi is not installed.');
for (const size of sizes) {
  for (const rule of rules) {
    const lanes = ways.map((way) => lane(readOptimizer(rule), size, way));
    for (let round = 0; round < rounds; round++) {
      for (const { update, times } of lanes) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        update();
        for (let i = 0; i < updates; i++) {
          const start = performance.now();
          update();
          times.push(performance.now() - start);
        }
      }
    }
    console.log(`${rule.optimizer}, ${size.toLocaleString('en')} parameters`);
    for (const { title, times } of lanes) {
      times.sort((a, b) => a - b);
      const [least, median] = [times[0], times[times.length >> 1]].map((ms) => ms.toPrecision(3));
      console.log(`  ${title.padEnd(24)} ${least.padStart(6)} (${median})`);
    }
  }
}
await engine.release();
