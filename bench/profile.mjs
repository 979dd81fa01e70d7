/**
 * Where the time of a training step goes, by ONNX Runtime's own profiler: `npm run bench:profile -- lstm`. It prints the
 * kernels by kind, with their number and time in a step, and beside them the whole step, so that what is left is
 * the runtime's overhead and the rest of the step (clipping, update, checks).
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { encode } from '../dist/onnx/encode.js';
import { engineModel } from '../dist/runtime/engine-model.js';
import { machineLine } from './driver/machine.mjs';
import { readMaterials, writeMaterials } from './driver/materials.mjs';
import { buildStep } from './systems/dolina-step.mjs';
import { workloads } from './workloads/table.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string' },
    steps: { type: 'string', default: '10' },
    /** How many kinds are shown by the shapes of their operands too, the longest first. */
    shapes: { type: 'string', default: '0' },
  },
});
const steps = Number(options.steps);
const workload = workloads.find(({ name, kind }) => name === positionals[0] && kind === 'step');
if (workload === undefined) {
  const names = workloads.flatMap(({ name, kind }) => (kind === 'step' ? [name] : []));
  throw new Error(
    `Usage: npm run bench:profile -- <workload> [--threads N] [--steps N]; workloads: ${names.join(', ')}`,
  );
}
const folder = mkdtempSync(join(tmpdir(), 'dolina-profile-'));

try {
  const compile = options.threads === undefined ? {} : { threads: Number(options.threads) };
  const materials = readMaterials(writeMaterials(workload, folder));
  const { step, program } = await buildStep(workload, materials, compile);
  const least = async (body) => {
    let time = Number.POSITIVE_INFINITY;
    for (let i = 0; i < steps; i++) {
      const start = performance.now();
      await body();
      time = Math.min(time, performance.now() - start);
    }
    return time;
  };
  await step();
  const wholeMs = await least(step);
  const binding = program.bind(arraysOf([...program.inputs, ...program.outputs]));
  await binding.run();
  const programMs = await least(() => binding.run());
  const kernels = await profile(program);
  print(program, { wholeMs, programMs }, kernels);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Arrays of small numbers for ports; integers are 0, a valid index of anything. */
function arraysOf(ports) {
  const arrays = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };
  return new Map(
    ports.map(([name, { dtype, shape }]) => {
      const values = new arrays[dtype](shape.reduce((product, dimension) => product * dimension, 1));
      if (dtype === 'float32') for (let i = 0; i < values.length; i++) values[i] = Math.sin(i) / 10;
      return [name, values];
    }),
  );
}

/** Events of the kernels over all steps but the first. */
async function profile({ graph, formulations, threads, channelBlock }) {
  const model = engineModel(graph, { formulations, threads, channelBlock });
  const session = await InferenceSession.create(encode(model), {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableProfiling: true,
    profileFilePrefix: join(folder, 'profile'),
    logSeverityLevel: 4,
  });
  const arrays = arraysOf(model.inputs.map((port) => [port.name, port]));
  const feeds = Object.fromEntries(
    model.inputs.map(({ name, dtype, shape }) => [name, new Tensor(dtype, arrays.get(name), shape)]),
  );
  for (let i = 0; i <= steps; i++) await session.run(feeds);
  session.endProfiling();
  await session.release();
  const [file] = readdirSync(folder).filter((name) => name.startsWith('profile'));
  const events = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const kernels = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'));
  const first = kernels.length / (steps + 1);
  return kernels.slice(first).map(({ dur, args }) => ({
    kind: args.op_name,
    microseconds: dur,
    shapes: [args.input_type_shape, args.output_type_shape]
      .map((list) => list.map((one) => Object.values(one)[0].join('×')).join(' '))
      .join(' > '),
  }));
}

function print({ threads }, { wholeMs, programMs }, kernels) {
  const total = kernels.reduce((sum, { microseconds }) => sum + microseconds, 0) / steps / 1e3;
  const count = kernels.length / steps;
  console.log(machineLine());
  console.log(
    `${workload.name}, ${threads} thread${threads === 1 ? '' : 's'}: ${wholeMs.toFixed(1)} ms a step at best, ${programMs.toFixed(1)} of it the program`,
  );
  console.log(
    `of ${count} kernels, which took ${total.toFixed(1)} ms in the mean of ${steps} steps under the profiler`,
  );
  const rows = (key) => {
    const by = new Map();
    for (const one of kernels) by.set(key(one), [...(by.get(key(one)) ?? []), one]);
    return [...by]
      .map(([name, own]) => ({
        name,
        count: own.length / steps,
        ms: own.reduce((sum, { microseconds }) => sum + microseconds, 0) / steps / 1e3,
      }))
      .sort((a, b) => b.ms - a.ms);
  };
  const line = ({ name, count: times, ms }) =>
    `${name.padEnd(24)}${String(times).padStart(6)}${ms.toFixed(2).padStart(10)}${((100 * ms) / total).toFixed(1).padStart(8)} %`;
  console.log(`${'kernel'.padEnd(24)}${'times'.padStart(6)}${'ms'.padStart(10)}${'share'.padStart(9)}`);
  for (const row of rows(({ kind }) => kind)) if (row.ms >= total / 200) console.log(line(row));
  const longest = rows(({ kind, shapes }) => `${kind}  ${shapes}`).slice(0, Number(options.shapes));
  for (const { name, count: times, ms } of longest) {
    console.log(`${String(times).padStart(30)}${ms.toFixed(2).padStart(10)}  ${name.slice(0, 100)}`);
  }
}
