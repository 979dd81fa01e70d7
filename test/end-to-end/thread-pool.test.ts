import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ThreadPool } from '../../src/base/thread-pool.ts';
import type { Optimizer } from '../../src/rule/rule.ts';
import { root } from './dolina.ts';

/** Threads run modules of the built package, so what is tested is that. */
const built = (path: string) => pathToFileURL(join(root, 'dist', path)).href;
const { cpuEngine }: typeof import('../../src/index.node.ts') = await import(built('index.node.js'));
const { optimizers, readOptimizer }: typeof import('../../src/optim/index.ts') = await import(built('optim/index.js'));
const { createUpdater, hyperAt }: typeof import('../../src/rule/index.ts') = await import(built('rule/index.js'));

const engine = await cpuEngine();
afterAll(() => engine.release());

const start = { step: 0, epoch: 0, examples: 0, fraction: 0 };

/** Every rule with a value for what has no default. */
const rules = optimizers.map(({ definition: { name, hyper } }) => {
  const options: Record<string, number> = {};
  for (const [one, { default: value, min = 0 }] of Object.entries(hyper)) options[one] = value ?? min + 0.05;
  return [name, readOptimizer({ optimizer: name, ...options })] as const;
});

/** The pool, and how many parts of updates other threads have done. */
function counting(own: ThreadPool) {
  let others = 0;
  const pool: ThreadPool = {
    allocate: own.allocate,
    load(code, memory) {
      const module = own.load(code, memory);
      const runs = module.exports.runs as WebAssembly.Global;
      return {
        exports: module.exports,
        run(name, range, threads) {
          const before = runs.value as number;
          const given = module.run(name, range, threads);
          const parts = Math.ceil((range.end - range.begin) / range.part);
          if (name === 'update') others += parts - ((runs.value as number) - before);
          return given;
        },
      };
    },
  };
  return { pool, helped: () => others };
}

const mostSteps = 200;

/** Steps on all that a rule keeps, until `enough` is told the number of one that suffices. */
function run(optimizer: Optimizer, pool: ThreadPool | undefined, enough: (step: number) => boolean) {
  const parameters = [1_500_000, 3, 262_144, 70_001].map((size, i) => ({ name: `w${i}`, size }));
  const { arena, ...updater } = createUpdater({ optimizer, parameters, pool, threads: () => 4, averages: true });
  const [theta, gradient] = ['theta', 'gradient'].map((region) => arena.region(region));
  for (let i = 0; i < theta!.length; i++) theta![i] = Math.sin(i);
  const hyper = hyperAt(optimizer, start);
  const norms: number[] = [];
  for (let step = 1; step <= mostSteps; step++) {
    updater.prepare({ step, hyper });
    for (let i = 0; i < gradient!.length; i++) gradient![i] = Math.cos(step * i) / 8;
    norms.push(updater.sumOfSquares('gradient'));
    updater.step({ step, hyper, loss: 1 / step, gradientScale: 0.5 });
    updater.average(0.25);
    if (enough(step)) break;
  }
  const regions = arena.regions.map((region) => Buffer.from(arena.region(region).slice().buffer));
  return { steps: norms.length, norms, regions };
}

const preamble = `
import { adam, cpuEngine } from '${built('index.node.js')}';
import { createUpdater } from '${built('rule/index.js')}';
const engine = await cpuEngine();
const updaterOf = (size, threads = 2) => createUpdater({
  optimizer: adam({ learningRate: 0.01 }), parameters: [{ name: 'w', size }], pool: engine.pool, threads: () => threads,
});
const input = { step: 1, hyper: { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } };
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
`;

/** A program of a user's own. */
function program(text: string, ...flags: string[]) {
  const args = [...flags, '--input-type=module', '--eval', preamble + text];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 50_000 });
  return { status, signal, out: stdout.trim(), err: stderr.trim() };
}

const ended = (out: string) => ({ status: 0, signal: null, out, err: '' });

describe('the pool of threads', () => {
  beforeEach((context) => {
    if (engine.pool === undefined) context.skip('koffi is not installed, or may make no buffers here');
  });

  it.each(rules)('makes the bits of one thread: parameters, slots, averages, norms of %s', async (_, optimizer) => {
    const { pool, helped } = counting(engine.pool!);
    const together = run(optimizer, pool, (step) => step >= 3 && (cpus().length < 2 || helped() > 0));
    expect(together.steps).toBeLessThan(mostSteps);
    const alone = run(optimizer, undefined, (step) => step === together.steps);
    expect(together.norms).toEqual(alone.norms);
    expect(together.regions.map((bytes, i) => bytes.equals(alone.regions[i]!))).not.toContain(false);
  });

  it('computes on its threads, and on this one alone where it may', async (context) => {
    if (cpus().length < 2) context.skip('one processor here');
    const outcome = program(`
      const { encodeModule, op, type } = await import('${built('rule/wasm-module.js')}');
      // Each thread counts its own calls.
      const body = [...op.globalGet(0), ...op.i32Const(1), ...op.i32Add, ...op.globalSet(0)];
      const count = { name: 'count', parameters: [type.i32, type.i32], results: [], locals: [], body };
      const code = encodeModule([count], 'shared');
      const { exports, run } = engine.pool.load(code, engine.pool.allocate(1));
      const helped = (threads) => {
        const before = exports.runs.value;
        run('count', { begin: 0, end: 1000, part: 1 }, threads);
        return exports.runs.value - before < 1000;
      };
      let tries = 0;
      for (; tries < 1000 && !helped(2); tries++) await rest(5);
      let alone = 0;
      for (let i = 0; i < 100; i++) alone += Number(!helped(1));
      console.log(tries < 1000, alone);
    `);
    expect(outcome).toEqual(ended('true 100'));
  });

  it('keeps no program alive, nor one that ends at any moment from ending', () => {
    const busy = 'const { step } = updaterOf(2 ** 20); step(input);';
    expect(program(`${busy} console.log('done');`)).toEqual(ended('done'));
    for (const pause of [0, 30, 60, 90]) {
      expect(
        program(`${busy} setTimeout(() => process.exit(0), ${pause}); for (;;) { step(input); await rest(0); }`),
      ).toEqual(ended(''));
    }
    expect(program(`${busy} await rest(50); await engine.release(); step(input); console.log('released');`)).toEqual(
      ended('released'),
    );
  });

  it('keeps memory as long as somebody holds a view, and no longer', () => {
    const outcome = program(
      `
      updaterOf(2 ** 20).step(input);
      await rest(100);
      const kept = [];
      for (let i = 0; i < 40; i++) {
        const updater = updaterOf(2 ** 21);
        updater.step(input);
        if (i % 10 === 0) kept.push(updater.arena.view('theta', 'w').fill(i));
        gc();
        await rest(5);
      }
      gc();
      await rest(50);
      // 33 MB each: four are held, and forty would be more than a gigabyte.
      const { rss } = process.memoryUsage();
      console.log(kept.every((view, i) => view.every((x) => x === 10 * i)), rss < 600e6 ? 'little' : rss);
    `,
      '--expose-gc',
    );
    expect(outcome).toEqual(ended('true little'));
  });

  it('has an arena that the engine reads and writes in place', async () => {
    const outcome = program(`
      const { GraphBuilder } = await import('${built('graph/index.js')}');
      const { arena } = updaterOf(1000);
      const builder = new GraphBuilder();
      const w = builder.input('w', { shape: [1000], dtype: 'float32' });
      const graph = builder.finish(new Map([['double', builder.apply({ kind: 'add' }, [w, w])]]));
      const bound = (await engine.compile(graph)).bind(new Map([['w', arena.view('theta', 'w')], ['double', arena.view('gradient', 'w')]]));
      arena.view('theta', 'w').fill(21);
      await bound.run();
      console.log(arena.memory.buffer.constructor.name, arena.view('gradient', 'w').every((x) => x === 42));
    `);
    expect(outcome).toEqual(ended('SharedArrayBuffer true'));
  });
});
