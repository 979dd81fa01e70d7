import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Outcome, root, temporaryFolder } from './dolina.ts';

const folder = temporaryFolder();
const entry = pathToFileURL(join(root, 'dist/index.node.js')).href;

const preamble = `
import { adam, cpuEngine, dense, fromArrays, meanSquare, relu, sequential, train, wasmEngine } from '${entry}';
const training = fromArrays({
  input: Float32Array.from({ length: 256 * 32 }, (_, i) => Math.sin(i * i)), inputShape: [32],
  target: Float32Array.from({ length: 256 }, (_, i) => Math.sin(i)), targetShape: [1],
});
const options = {
  model: sequential(dense(64), relu(), dense(1)), training, loss: meanSquare(), optimizer: adam({ learningRate: 1e-3 }),
  batchSize: 64, epochs: 20, compile: { threads: 1 },
};
const say = (value) => console.log(JSON.stringify(value));
`;

let scripts = 0;

/** Runs a program of a user's own, on the built package. */
function program(text: string): Promise<Outcome> {
  const file = join(folder, `program-${scripts++}.mjs`);
  writeFileSync(file, preamble + text);
  const child = spawn(process.execPath, [file], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((settle) => child.on('close', (code) => settle({ code, out, err })));
}

const lines = ({ out }: Outcome) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('train() in a worker thread of Node', () => {
  it.each([
    ['cpu', 'await cpuEngine()'],
    ['wasm', 'await wasmEngine({ threads: 1 })'],
  ])('is the default, comes to the same bits as on the calling thread, and the program ends: %s', async (_, engine) => {
    const outcome = await program(`
      const engine = ${engine};
      const threads = [];
      const on = (event) => event.type === 'start' && threads.push(event.thread);
      const first = await train({ ...options, engine, on });
      const second = await train({ ...options, engine, on, thread: 'caller' });
      const third = await train({ ...options, engine, on, thread: 'worker' });
      const bytes = [first, second, third].map(({ model }) => Buffer.from(model.toSafetensors()).toString('base64'));
      say({ threads, same: bytes[0] === bytes[1] && bytes[1] === bytes[2], length: bytes[0].length, steps: third.step });
    `);
    expect(outcome).toMatchObject({ code: 0, err: '' });
    expect(lines(outcome)).toEqual([
      { threads: ['worker', 'caller', 'worker'], same: true, length: expect.any(Number), steps: 80 },
    ]);
  });

  it('keeps the program alive while it is under way, also where nobody awaits it', async () => {
    const outcome = await program(`
      const engine = await cpuEngine();
      train({ ...options, engine, on: (event) => event.type === 'end' && say(event.step) });
    `);
    expect(outcome).toMatchObject({ code: 0, err: '' });
    expect(lines(outcome)).toEqual([80]);
  });

  it('leaves the timers of the caller at least twice the turns that they have where every step blocks them', async () => {
    const outcome = await program(`
      const engine = await cpuEngine();
      const wide = sequential(dense(1500), relu(), dense(1500), relu(), dense(1));
      const turns = async (thread) => {
        let [ticks, timer] = [0];
        for await (const { type } of train({ ...options, model: wide, epochs: 10, engine, thread })) {
          if (type === 'start') timer = setInterval(() => ticks++, 1);
        }
        clearInterval(timer);
        return ticks;
      };
      const [worker, caller] = [await turns('worker'), await turns('caller')];
      say({ many: worker > 2 * caller, few: caller <= 2 * 40 });
    `);
    expect(outcome).toMatchObject({ code: 0, err: '' });
    expect(lines(outcome)).toEqual([{ many: true, few: true }]);
  });

  it('ends as failed, with one error, where the worker breaks down, and the program goes on', async () => {
    const outcome = await program(`
      import threads from 'node:worker_threads';
      import { syncBuiltinESMExports } from 'node:module';
      const { Worker } = threads;
      let worker;
      threads.Worker = class extends Worker { constructor(...given) { super(...given); worker = this; } };
      syncBuiltinESMExports();
      const engine = await cpuEngine();
      const on = (event) => event.type === 'step' && event.step === 10 && worker.terminate();
      const { status, error, step } = await train({ ...options, epochs: 1e6, engine, on }).result;
      say({ status, code: error.code, ours: error.constructor.name, some: step >= 10 });
      say((await train({ ...options, engine })).status);
    `);
    expect(outcome).toMatchObject({ code: 0, err: '' });
    expect(lines(outcome)).toEqual([
      { status: 'failed', code: 'worker/crashed', ours: 'EngineError', some: true },
      'done',
    ]);
  });

  it('trains on the calling thread, with a warning, where the worker lacks the memory to start', async () => {
    const outcome = await program(`
      import threads from 'node:worker_threads';
      import { syncBuiltinESMExports } from 'node:module';
      const { Worker } = threads;
      threads.Worker = class extends Worker {
        constructor(url, given) { super(url, { ...given, resourceLimits: { maxOldGenerationSizeMb: 1 } }); }
      };
      syncBuiltinESMExports();
      const engine = await cpuEngine();
      const told = [];
      const on = ({ type, thread, code }) => (type === 'start' || type === 'warning') && told.push(thread ?? code);
      const { status } = await train({ ...options, engine, on });
      say({ status, told });
      const { error } = await train({ ...options, engine, thread: 'worker' }).result;
      say(error.code);
    `);
    expect(outcome.code, outcome.err).toBe(0);
    expect(lines(outcome)).toEqual([{ status: 'done', told: ['caller', 'no-worker'] }, 'worker/unavailable']);
  });

  it('ends with the program at process.exit, wherever the worker is', async () => {
    const delays = Array.from({ length: 12 }, (_, delay) => delay);
    const exit = (delay: number) =>
      program(`
        const engine = await cpuEngine();
        train({ ...options, epochs: 1e6, engine, on: (event) => event.type === 'start' && setTimeout(process.exit, ${delay}, 7) });
      `);
    expect(await Promise.all(delays.map(exit))).toEqual(delays.map(() => ({ code: 7, out: '', err: '' })));
  });

  it('ends with the program at an error that nobody caught, in the middle of training', async () => {
    const outcome = await program(`
      const engine = await cpuEngine();
      train({ ...options, epochs: 1e6, engine });
      setTimeout(() => { throw new Error('nobody caught'); }, 100);
    `);
    expect(outcome.code).toBe(1);
    expect(outcome.err).toContain('nobody caught');
    expect(outcome.err).not.toContain('terminate');
  });
});
