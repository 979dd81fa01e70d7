/** Dolina on its CPU engine, by its own choice of threads and formulations, as built in dist. */

import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { cpuEngine, measurementCache, readOptimizer } from '../../dist/index.node.js';
import { createUpdater, hyperAt } from '../../dist/rule/index.js';
import { programsOf } from '../../dist/rule/program.js';
import { orthogonalizeOn } from '../../dist/train/orthogonalize.js';
import { sizeOf } from '../driver/parameters.mjs';
import { probePlaces, serve } from '../driver/serve.mjs';
import { buildStep } from './dolina-step.mjs';
import { plainCopy } from './plain-copy.mjs';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

function optimizerOf({ type, torch: _, ...options }) {
  return readOptimizer({ optimizer: type, ...options });
}

/** Bytes that an update of `count` parameters reads and writes: every region that each of its passes goes over. */
function bytesOf(optimizer, count) {
  const { update, interim, stages } = programsOf(optimizer);
  const passes = [update, interim, ...stages.map(({ program }) => program)].filter((program) => program !== undefined);
  const regions = passes.flatMap(({ code, stores }) => [...code.filter(({ kind }) => kind === 'load'), ...stores]);
  return regions.length * 4 * count;
}

/** @param {import('../workloads/table.mjs').UpdateWorkload} workload @param {import('../driver/materials.mjs').Loaded} loaded */
async function buildUpdate(workload, { parameters, numbers, cacheFile }) {
  const optimizer = optimizerOf(workload.optimizer);
  const engine = await cpuEngine({ cache: measurementCache(cacheFile) });
  const updater = createUpdater({
    optimizer,
    parameters: parameters.map(({ name, shape }) => ({ name, size: sizeOf(shape), shape })),
    orthogonalize: orthogonalizeOn(engine, async () => ({})),
    pool: engine.pool,
    threads: () => cpus().length,
  });
  const part = (values, { shape, offset }) => values.subarray(offset, offset + sizeOf(shape));
  for (const parameter of parameters) {
    updater.arena.view('gradient', parameter.name).set(part(numbers.gradients, parameter));
  }
  const input = { step: 0, hyper: hyperAt(optimizer, { step: 0, epoch: 0, examples: 0, fraction: 0 }) };
  const count = numbers.parameters.length;
  const bytesPerStep = bytesOf(optimizer, count);
  return {
    reset() {
      for (const parameter of parameters) {
        updater.arena.view('theta', parameter.name).set(part(numbers.parameters, parameter));
      }
      updater.resetSlots();
      input.step = 0;
    },
    step() {
      input.step++;
      updater.prepare(input);
      return updater.step(input);
    },
    probe: () =>
      probePlaces(count).map((place) => {
        const index = parameters.findLastIndex(({ offset }) => offset <= place);
        const now = updater.arena.view('theta', parameters[index].name)[place - parameters[index].offset];
        return (now - numbers.parameters[place]) / workload.optimizer.learningRate;
      }),
    bytesPerStep,
    beside: plainCopy(bytesPerStep),
  };
}

await serve({
  version,
  build: (workload, loaded) =>
    workload.kind === 'update' ? buildUpdate(workload, loaded) : buildStep(workload, loaded),
});
