/**
 * A long training of a small network, with everything that a run keeps: directory, both logs, checkpoints.
 *
 *   node --expose-gc --max-semi-space-size=1 train-long.mjs <folder> <steps>
 *
 * Prints the resident set in bytes after every thousand steps, as one JSON array.
 */

import {
  adam,
  cpuEngine,
  createRunDirectory,
  dense,
  fromArrays,
  meanSquare,
  relu,
  sequential,
  steps,
  train,
} from 'dolina';

const [folder = '.', count = '0'] = process.argv.slice(2);
const training = fromArrays({
  input: Float32Array.from({ length: 256 * 2 }, (_, i) => Math.sin(i)),
  ...{ inputShape: [2], target: Float32Array.from({ length: 256 }, (_, i) => Math.cos(i)), targetShape: [1] },
});
const directory = createRunDirectory({ root: folder, experiment: 'long', seed: 0, config: {}, versions: {} });
const resident = /** @type {number[]} */ ([]);
await train({
  ...{ model: sequential(dense(16), relu(), dense(1)), training, loss: meanSquare() },
  ...{ optimizer: adam({ learningRate: 1e-3 }), batchSize: 8, epochs: 1e6, steps: Number(count) },
  ...{ engine: await cpuEngine(), compile: { threads: 1 }, thread: 'caller' },
  checkpoints: { every: steps(500), store: directory.checkpoints },
  on(event, values) {
    directory.on(event, values);
    if (event.type !== 'step' || event.step % 1000 !== 0) return;
    globalThis.gc?.();
    resident.push(process.memoryUsage().rss);
  },
});
directory.close();
process.stdout.write(JSON.stringify(resident));
