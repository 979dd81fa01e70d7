/**
 * The numbers that all systems begin with: initial parameters and one batch, or parameters and gradients. Written once as
 * raw little-endian float32 (labels: int32), so that every system reads the same bytes.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputShapeOf, parametersOf, sizeOf } from './parameters.mjs';
import { normal, uniform } from './random.mjs';

/**
 * @typedef {object} Materials
 * @property {readonly import('./parameters.mjs').Parameter[]} parameters
 * @property {Record<string, string>} files By what they hold: `parameters` and `inputs`, `labels` or `targets`; or
 *   `parameters` and `gradients`.
 * @property {string} cacheFile Where a system may keep what it measures of the machine, for the workload's next process.
 */

/**
 * @typedef {object} Loaded
 * @property {readonly import('./parameters.mjs').Parameter[]} parameters
 * @property {Record<string, Float32Array | Int32Array>} numbers As `files` of Materials, read.
 * @property {string} cacheFile
 */

/** @param {Materials} materials @returns {Loaded} */
export function readMaterials({ parameters, files, cacheFile }) {
  const read = (/** @type {string} */ path) => {
    const { buffer, byteOffset, byteLength } = readFileSync(path);
    return buffer.slice(byteOffset, byteOffset + byteLength);
  };
  const numbers = Object.fromEntries(
    Object.entries(files).map(([name, path]) => [
      name,
      name === 'labels' ? new Int32Array(read(path)) : new Float32Array(read(path)),
    ]),
  );
  return { parameters, numbers, cacheFile };
}

/** @param {import('../workloads/table.mjs').Workload} workload @param {string} folder @returns {Materials} */
export function writeMaterials(workload, folder) {
  /** @type {Record<string, string>} */
  const files = {};
  const cacheFile = join(folder, `${workload.name}.measured.json`);
  const write = (/** @type {string} */ name, /** @type {ArrayBufferView} */ values) => {
    files[name] = join(folder, `${workload.name}.${name}`);
    writeFileSync(files[name], new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  };
  if (workload.kind === 'update') {
    const parameters = updateParameters(workload);
    const size = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    // A period that is no power of two, so that no two tensors are equal, and prime, so that strided probes differ.
    write('parameters', repeated(size, 65_537, normal(uniform(1)), 0.05));
    write('gradients', repeated(size, 65_539, normal(uniform(2)), 0.01));
    return { parameters, files, cacheFile };
  }
  const parameters = parametersOf(workload);
  write('parameters', initialParameters(workload, parameters));
  const next = uniform(3);
  const inputs = new Float32Array(workload.batch * sizeOf(workload.inputShape)).map(next);
  write('inputs', inputs);
  if (workload.loss === 'softmax-cross-entropy') {
    const [classes] = outputShapeOf(workload);
    write(
      'labels',
      new Int32Array(workload.batch).map(() => Math.floor(next() * classes)),
    );
  } else {
    write('targets', new Float32Array(workload.batch * sizeOf(outputShapeOf(workload))).map(next));
  }
  return { parameters, files, cacheFile };
}

/** @param {import('../workloads/table.mjs').UpdateWorkload} workload @returns {import('./parameters.mjs').Parameter[]} */
function updateParameters(workload) {
  let offset = 0;
  return workload.parameters.map((shape, index) => {
    const parameter = { name: `${index}.weight`, shape, offset, input: [] };
    offset += sizeOf(shape);
    return parameter;
  });
}

/** @param {number} size @param {number} period @param {() => number} next @param {number} deviation */
function repeated(size, period, next, deviation) {
  const values = new Float32Array(size);
  for (let i = 0; i < Math.min(size, period); i++) values[i] = deviation * next();
  for (let filled = period; filled < size; filled *= 2) {
    values.copyWithin(filled, 0, Math.min(filled, size - filled));
  }
  return values;
}

/**
 * @param {import('../workloads/table.mjs').Network} network
 * @param {readonly import('./parameters.mjs').Parameter[]} parameters
 */
function initialParameters({ initial }, parameters) {
  const { weight, bias } = initial;
  const next = normal(uniform(4));
  const values = new Float32Array(parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
  for (const { name, shape, offset } of parameters) {
    const own = values.subarray(offset, offset + sizeOf(shape));
    if (name.endsWith('.bias')) {
      own.fill(bias);
    } else if (weight.distribution === 'he') {
      const fanIn = shape.length === 4 ? sizeOf(shape.slice(1)) : shape[0];
      const deviation = Math.sqrt(2 / fanIn);
      for (let i = 0; i < own.length; i++) own[i] = deviation * next();
    } else {
      for (let i = 0; i < own.length; i++) {
        let draw = next();
        while (Math.abs(draw) > 2) draw = next();
        own[i] = weight.deviation * draw;
      }
    }
  }
  return values;
}
