/**
 * A training that can be killed: begins in a folder, or goes on there from its newest checkpoint, until it is done.
 *
 *   node train-on.mjs <folder> <case> [n]
 *
 * With n it kills itself (SIGKILL) at its n-th call of the file system that writes, so that every moment of a
 * checkpoint's write is met. Clocks stand still: then two runs of the same steps leave the same bytes.
 */

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [folder, name, killAt] = process.argv.slice(2);

let calls = 0;
const killing = () => {
  calls++;
  if (calls === Number(killAt)) process.kill(process.pid, 'SIGKILL');
};
const system = /** @type {Record<string, (...given: any[]) => unknown>} */ (/** @type {unknown} */ (fs));
for (const call of ['openSync', 'writeSync', 'writeFileSync', 'fsyncSync', 'renameSync', 'rmSync', 'mkdirSync']) {
  const real = /** @type {(...given: any[]) => unknown} */ (system[call]);
  // Half the time before the call, half after it; of a write, half is written.
  system[call] = (...given) => {
    if (call === 'writeFileSync' && calls + 1 === Number(killAt))
      real(given[0], given[1].slice(0, given[1].length >> 1));
    if (calls % 2 === 0) killing();
    const result = real(...given);
    if (calls % 2 === 1) killing();
    return result;
  };
}
syncBuiltinESMExports();

const dolina = await import('dolina');
const { adam, batchNorm, conv2d, cpuEngine, createRunDirectory, dense, dropout, epochs, flatten, fromArrays } = dolina;
const { key, momentum, newestCheckpoint, randomCrop, randomFlip, RandomStream, relu, reopenRunDirectory } = dolina;
const { sequential, softmaxCrossEntropy, steps, train, warmRestarts, zeroOne } = dolina;

const optimizers = {
  momentum: momentum({ learningRate: 0.05, momentum: 0.9 }),
  adam: adam({ learningRate: 0.01 }),
  'warm restarts': momentum({ learningRate: warmRestarts({ max: 0.1, first: epochs(0.7), growth: 1.5 }) }),
};

const stream = new RandomStream(key(1));
const images = fromArrays({
  input: Uint8Array.from({ length: 30 * 3 * 8 * 8 }, () => stream.integer(256)),
  ...{ inputShape: [3, 8, 8], target: Array.from({ length: 30 }, (_, i) => i % 4), classes: 4 },
});

const now = () => new Date('2026-01-02T03:04:05Z');
const common = {
  versions: { dolina: 'test' },
  logs: { logEvery: 1, host: 'test' },
  config: { name },
  keepLast: 2,
  now,
};
const runs = fs.existsSync(`${folder}/toy`) ? fs.readdirSync(`${folder}/toy`) : [];
const newest = runs
  .map((run) => `${folder}/toy/${run}`)
  .flatMap((path) => {
    const found = newestCheckpoint(`${path}/checkpoints`);
    return found === undefined ? [] : [{ path, from: found.checkpoint }];
  })
  .at(0);
// Killed before its first checkpoint there is nothing to go on from: it begins anew.
if (newest === undefined) fs.rmSync(folder, { recursive: true, force: true });
const directory =
  newest === undefined
    ? createRunDirectory({ root: folder, experiment: 'toy', seed: 7, ...common })
    : reopenRunDirectory({ path: newest.path, from: newest.from, ...common });

const { model } = await train({
  model: sequential(
    conv2d({ channels: 4, kernel: 3, padding: 'same' }),
    batchNorm(),
    relu(),
    flatten(),
    dropout(0.3),
    dense(4),
  ),
  ...{ training: images, validation: images, augmentation: [randomCrop({ padding: 1 }), randomFlip()] },
  ...{
    loss: softmaxCrossEntropy(),
    metrics: { error: zeroOne() },
    optimizer: optimizers[/** @type {keyof typeof optimizers} */ (name)],
  },
  ...{ batchSize: 4, epochs: 4, seed: 7, engine: await cpuEngine(), compile: { threads: 1, formulations: 'default' } },
  ...{ thread: 'caller', clock: () => 0 },
  checkpoints: { every: steps(3), store: directory.checkpoints },
  ...(newest === undefined ? {} : { resume: newest.from }),
  on: directory.on,
});
directory.saveParameters(model.parameters);
directory.close();
process.stdout.write(`${calls}\n`);
