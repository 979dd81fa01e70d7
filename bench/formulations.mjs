/**
 * How fast each formulation of a convolution is, shape by shape: `npm run bench:formulations`. It prints GF/s (least and
 * median time of interleaved runs) for one thread and for all cores; the engine chooses by such measurements.
 */

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { GraphBuilder } from '../dist/graph/index.js';
import { cpuEngine } from '../dist/index.node.js';
import { bindLane, timeLanes } from './driver/lanes.mjs';

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '6' } } });
const rounds = Number(options.rounds);
const engine = await cpuEngine();
const cores = cpus().length;

/** [images, channels, height = width, filters, kernel], stride 1, padding 'same'. */
const shapes = [
  [128, 1, 28, 32, 5],
  [128, 32, 14, 64, 5],
  [64, 32, 28, 64, 3],
  [128, 64, 14, 64, 3],
];

function convolution(kind, [n, c, side, o, k]) {
  const padding = Array(4).fill((k - 1) / 2);
  const op = { kind, stride: [1, 1], padding, dilation: [1, 1], groups: 1 };
  const [x, w, y] = [
    [n, c, side, side],
    [o, c, k, k],
    [n, o, side, side],
  ];
  if (kind === 'conv') return { op, operands: [x, w], result: y };
  if (kind === 'convInputGradient') return { op: { ...op, inputShape: x }, operands: [w, y], result: x };
  return { op: { ...op, filterShape: w }, operands: [x, y], result: w };
}

async function lane({ op, operands }, formulation, threads) {
  const builder = new GraphBuilder();
  const inputs = operands.map((shape, i) => builder.input(`operand${i}`, { shape, dtype: 'float32' }));
  const graph = builder.finish(new Map([['result', builder.apply(op, inputs)]]));
  // The signature is what a program reports.
  const [signature] = (await engine.compile(graph, { threads, formulations: 'default' })).formulations.keys();
  const program = await engine.compile(graph, { threads, formulations: new Map([[signature, formulation]]) });
  return { ...bindLane(program), formulation, threads };
}

console.log(
  `${cpus()[0].model}, ${cores} cores, Node ${process.version}, ${engine.version}; GF/s, best (median) of ${3 * rounds}`,
);
for (const shape of shapes) {
  const [n, c, side, o, k] = shape;
  for (const kind of ['conv', 'convInputGradient', 'convFilterGradient']) {
    const one = convolution(kind, shape);
    const lanes = [];
    for (const formulation of await engine.formulationsOf(one.op, one.operands)) {
      for (const threads of new Set([1, cores])) lanes.push(await lane(one, formulation, threads));
    }
    await timeLanes(lanes, { rounds, runs: 3 });
    console.log(`${kind}  N${n} C${c} ${side}×${side} O${o} ${k}×${k}`);
    const work = 2 * n * o * c * k * k * side * side;
    const speed = (ms) => (work / ms / 1e6).toFixed(0);
    for (const { formulation, threads, times } of lanes) {
      const figures = `${speed(times[0])} (${speed(times[times.length >> 1])})`;
      console.log(`  ${formulation.padEnd(12)} ${threads} thread${threads > 1 ? 's' : ' '}  ${figures}`);
    }
    await engine.release();
  }
}
