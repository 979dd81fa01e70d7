import * as ort from 'onnxruntime-node';
import { afterEach, describe, expect, it } from 'vitest';
import { convTranspose } from '../graph/convolution.ts';
import { neg } from '../graph/elementwise.ts';
import { trace } from '../graph/trace.ts';
import { formulations } from '../onnx/convolution/formulations.ts';
import type { Engine } from './engine.ts';
import { cpuEngine } from './ort.node.ts';
import { worksUncopied } from './uncopied-run.node.ts';

const f = (...shape: number[]) => ({ shape, dtype: 'float32' as const });

const engines: Engine[] = [];
const made = async (options: Parameters<typeof cpuEngine>[0] = {}) => {
  const engine = await cpuEngine(options);
  engines.push(engine);
  return engine;
};

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.release();
});

/** The gradient in the input is worth a measurement: 4.6 million multiply-adds, two formulations. */
const gradientGraph = () =>
  trace({ dy: f(4, 8, 16, 16), w: f(8, 16, 6, 6) }, ({ dy, w }) => ({ dx: convTranspose(dy, w) }));

describe('cpuEngine', () => {
  it('names the package and its version', async () => {
    expect((await made()).version).toMatch(/^onnxruntime-node \d+\.\d+\.\d+$/);
  });

  it('runs without copying outputs on the installed version of onnxruntime-node', async () => {
    expect(await worksUncopied(ort)).toBe(true);
  });

  it('writes outputs large enough for the uncopied run, again and again', async () => {
    const engine = await made();
    const program = await engine.compile(trace({ x: f(1000, 200) }, ({ x }) => ({ y: neg(x) })));
    const [x, y] = [new Float32Array(200_000), new Float32Array(200_000)];
    const binding = program.bind(new Map(Object.entries({ x, y })));
    for (const value of [1, 2, 3]) {
      x.fill(value);
      await binding.run();
      expect([y[0], y[199_999]]).toEqual([-value, -value]);
    }
  });

  it('measures threads and formulations once, and takes both from the cache the next time', async () => {
    const entries = new Map<string, string>();
    const written: string[] = [];
    const cache = {
      get: (key: string) => entries.get(key),
      set: (key: string, value: string) => {
        entries.set(key, value);
        written.push(key);
      },
    };
    const first = await (await made({ cache })).compile(gradientGraph());
    expect(written.filter((key) => key.startsWith('formulation')).length).toBeGreaterThan(0);
    const [signature, name] = [...first.formulations][0]!;
    expect(signature).toMatch(/^convInputGradient 8x16x6x6 4x8x16x16 > 4x16x21x21 /);
    expect(Object.keys(formulations.convInputGradient)).toContain(name);
    written.length = 0;
    const second = await (await made({ cache })).compile(gradientGraph());
    expect(written).toEqual([]);
    expect([second.threads, [...second.formulations]]).toEqual([first.threads, [...first.formulations]]);
  });

  it('measures again where the cache names a formulation from another set of candidates', async () => {
    const cache = { get: () => 'transposed of transposed, forgotten', set: (key: string) => void written.push(key) };
    const written: string[] = [];
    await (await made({ cache })).compile(gradientGraph(), { threads: 1 });
    expect(written).toHaveLength(1);
  });

  it('takes the threads and formulations that it is given', async () => {
    const engine = await made();
    const [signature] = [...(await engine.compile(gradientGraph(), { formulations: 'default' })).formulations.keys()];
    for (const name of ['transposed', 'flipped']) {
      const formulations = new Map([[signature!, name]]);
      const program = await engine.compile(gradientGraph(), { threads: 2, formulations });
      expect([program.threads, program.formulations.get(signature!)]).toEqual([2, name]);
    }
  });

  it('refuses options that it does not know or cannot serve, by name', async () => {
    const engine = await made();
    const compile = (options: object) => engine.compile(gradientGraph(), options);
    await expect(async () => compile({ threads: 0 })).rejects.toThrow('threads is 0');
    await expect(async () => compile({ threads: 'mesured' })).rejects.toThrow('Did you mean "measured"?');
    await expect(async () => compile({ thread: 1 })).rejects.toThrow('Did you mean "threads"?');
    await expect(async () => compile({ formulations: 'first' })).rejects.toThrow('formulations is "first"');
    const shared = new Float32Array(new SharedArrayBuffer(4 * 2));
    const program = await engine.compile(trace({ x: f(2) }, ({ x }) => ({ y: neg(x) })));
    const bind = () => program.bind(new Map(Object.entries({ x: shared, y: new Float32Array(2) })));
    expect(bind).toThrow('"x" lies in shared memory');
  });
});
