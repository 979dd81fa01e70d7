/**
 * How fast matrix products are, by the distance of their rows: `npm run bench:products`. Rows of 1024 numbers lie 4096
 * bytes apart and share lines of a processor's first cache, rows of 1008 or 1040 do not; and how fast the same product is
 * as a sum over blocks of 512, which is what an engine makes of wide features (src/graph/divide-features.ts).
 */

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { GraphBuilder } from '../dist/graph/index.js';
import { cpuEngine } from '../dist/index.node.js';
import { bindLane, timeLanes } from './driver/lanes.mjs';

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '8' } } });
const rounds = Number(options.rounds);
const engine = await cpuEngine();
const cores = cpus().length;
const block = 512;

/** [rows, inner, columns] */
const shapes = [
  [2048, 1008, 256],
  [2048, 1024, 256],
  [2048, 1040, 256],
  [2048, 1008, 1024],
  [2048, 1024, 1024],
  [2048, 1040, 1024],
  [2048, 4080, 1024],
  [2048, 4096, 1024],
  [2048, 4112, 1024],
];

async function lane([rows, inner, columns], threads, blocks) {
  const builder = new GraphBuilder();
  const input = (name, shape) => builder.input(name, { shape, dtype: 'float32' });
  const part = inner / blocks;
  let sum;
  for (let i = 0; i < blocks; i++) {
    const operands = [input(`a${i}`, [rows, part]), input(`b${i}`, [part, columns])];
    const product = builder.apply({ kind: 'matmul', transposeA: false, transposeB: false }, operands);
    sum = sum === undefined ? product : builder.apply({ kind: 'add' }, [sum, product]);
  }
  const program = await engine.compile(builder.finish(new Map([['sum', sum]])), { threads });
  return { ...bindLane(program), threads, blocks };
}

const gigaflops = ([rows, inner, columns], ms) => ((2 * rows * inner * columns) / ms / 1e6).toFixed(0).padStart(5);

console.log(
  `${cpus()[0].model}, ${cores} cores, Node ${process.version}, ${engine.version}; GF/s, best (median) of ${4 * rounds}`,
);
for (const shape of shapes) {
  const lanes = [];
  for (const threads of new Set([1, cores])) {
    lanes.push(await lane(shape, threads, 1));
    if (shape[1] % block === 0) lanes.push(await lane(shape, threads, shape[1] / block));
  }
  await timeLanes(lanes, { rounds, runs: 4 });
  console.log(`${shape[0]}×${shape[1]} · ${shape[1]}×${shape[2]}`);
  for (const { threads, blocks, times } of lanes) {
    const how = blocks === 1 ? 'whole' : `${blocks} blocks`;
    const [best, median] = [times[0], times[times.length >> 1]].map((ms) => gigaflops(shape, ms));
    console.log(`  ${how.padEnd(9)} ${threads} thread${threads === 1 ? ' ' : 's'} ${best} (${median.trim()})`);
  }
}
