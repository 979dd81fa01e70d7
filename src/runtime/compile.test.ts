import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mul } from '../graph/elementwise.ts';
import { gather } from '../graph/indexing.ts';
import { matmul } from '../graph/linear.ts';
import { sum } from '../graph/reduction.ts';
import type { Tensor } from '../graph/tensor.ts';
import { compile } from './compile.ts';
import type { Engine } from './engine.ts';
import { cpuEngine } from './ort.node.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await cpuEngine();
});

afterAll(() => engine.release());

describe('compile', () => {
  it('computes a plain function of tensors on nested arrays, flat arrays and typed arrays alike', async () => {
    const product = await compile((a: Tensor, b: Tensor) => matmul(a, b), [[2, 3], [3]], { engine });
    const expected = { shape: [2], dtype: 'float32', data: Float32Array.of(14, 32) };
    expect(
      await product(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [1, 2, 3],
      ),
    ).toEqual(expected);
    expect(await product([1, 2, 3, 4, 5, 6], Float32Array.of(1, 2, 3))).toEqual(expected);
  });

  it('gives arrays and records of results in the form that the function gives', async () => {
    const both = await compile((a: Tensor) => ({ total: sum(a), twice: mul(a, 2) }), [[2]], { engine });
    const { total, twice } = await both([3, 4]);
    expect([total.data[0], ...twice.data, total.shape]).toEqual([7, 6, 8, []]);
    const pair = await compile((a: Tensor) => [sum(a), a] as const, [[2]], { engine });
    expect((await pair([3, 4])).map(({ data }) => [...data])).toEqual([[7], [3, 4]]);
  });

  it('takes specs with an element type, and its own results as arguments', async () => {
    const indices = { shape: [3], dtype: 'int32' } as const;
    const pick = await compile((a: Tensor, i: Tensor) => gather(a, i, 0), [[4], indices], { engine });
    const picked = await pick([10, 11, 12, 13], Int32Array.of(3, 0, 3));
    expect([...picked.data]).toEqual([13, 10, 13]);
    const double = await compile((a: Tensor) => mul(a, 2), [[3]], { engine });
    expect([...(await double(picked)).data]).toEqual([26, 20, 26]);
  });

  it('answers calls that overlap each with its own values', async () => {
    const double = await compile((a: Tensor) => mul(a, 2), [[1]], { engine });
    const results = await Promise.all([1, 2, 3].map((value) => double(value)));
    expect(results.map(({ data }) => data[0])).toEqual([2, 4, 6]);
  });

  it('refuses arguments that do not fit, by their index and shapes, and options it does not know', async () => {
    const product = await compile((a: Tensor, b: Tensor) => matmul(a, b), [[2, 3], [3]], { engine });
    await expect(product([1, 2, 3, 4, 5, 6], [1, 2])).rejects.toThrow('argument 1 has shape [2]');
    await expect(
      product(
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        [1, 2, 3],
      ),
    ).rejects.toThrow('argument 0 has shape [3, 2]');
    await expect(product([1, 2, 3, 4, 5, 6], Int32Array.of(1, 2, 3))).rejects.toThrow('argument 1 is a Int32Array');
    expect(() => product([1])).toThrow('1 arguments for 2 tensors');
    const misspelt = { engine, thread: 1 } as unknown as { engine: Engine };
    await expect(compile((a: Tensor) => a, [[2]], misspelt)).rejects.toThrow('Did you mean "threads"?');
  });
});
