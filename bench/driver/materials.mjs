/**
 * The numbers that all systems begin with: initial parameters and one batch, or parameters and gradients. Written once as
 * raw little-endian float32 (labels and symbols: int32), so that every system reads the same bytes.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputShapeOf, parametersOf, sizeOf, symbolsOf } from './parameters.mjs';
import { normal, uniform } from './random.mjs';

/**
 * @typedef {object} Materials
 * @property {readonly import('./parameters.mjs').Parameter[]} parameters
 * @property {Record<string, string>} files By what they hold: `parameters`, `inputs` or `symbols`, `labels` or
 *   `targets`; or `parameters` and `gradients`.
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
      name === 'labels' || name === 'symbols' ? new Int32Array(read(path)) : new Float32Array(read(path)),
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
  const integers = (/** @type {number} */ count, /** @type {number} */ below) =>
    new Int32Array(count).map(() => Math.floor(next() * below));
  const symbols = symbolsOf(workload);
  const inputSize = workload.batch * sizeOf(workload.inputShape);
  if (symbols === undefined) write('inputs', new Float32Array(inputSize).map(next));
  else write('symbols', integers(inputSize, symbols));
  const output = outputShapeOf(workload);
  if (workload.loss === 'softmax-cross-entropy') {
    // One label for each vector of scores: of an example, or of a step of its sequence.
    write('labels', integers(workload.batch * sizeOf(output.slice(0, -1)), output[output.length - 1]));
  } else {
    write('targets', new Float32Array(workload.batch * sizeOf(output)).map(next));
  }
  return { parameters, files, cacheFile };
}

/** @param {import('../workloads/table.mjs').UpdateWorkload} workload @returns {import('./parameters.mjs').Parameter[]} */
function updateParameters(workload) {
  let offset = 0;
  return workload.parameters.map((shape, index) => {
    /** @type {import('./parameters.mjs').Parameter} */
    const parameter = { name: `${index}.weight`, shape, offset, kind: 'matrix', input: [], start: 'weight' };
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
  for (const { shape, offset, start, fanIn = 1 } of parameters) {
    const own = values.subarray(offset, offset + sizeOf(shape));
    if (start !== 'weight') {
      own.fill(start === 'bias' ? bias : start);
    } else if (weight.distribution === 'truncatedNormal') {
      for (let i = 0; i < own.length; i++) {
        let draw = next();
        while (Math.abs(draw) > 2) draw = next();
        own[i] = weight.deviation * draw;
      }
    } else {
      const deviation = Math.sqrt((weight.distribution === 'he' ? 2 : 1) / fanIn);
      for (let i = 0; i < own.length; i++) own[i] = deviation * next();
    }
  }
  return values;
}
