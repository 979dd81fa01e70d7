import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance } from '../../test/graph/distance.ts';
import { gradients } from '../autodiff/gradients.ts';
import { size } from '../base/shape.ts';
import { divideFeatures } from './divide-features.ts';
import { add, cast, erf, less, mul, relu, sub, tanh, where } from './elementwise.ts';
import { broadcastTo, reshape, transpose } from './form.ts';
import type { Graph } from './graph.ts';
import { matmul } from './linear.ts';
import { sum } from './reduction.ts';
import { softmax } from './softmax.ts';
import type { Tensor } from './tensor.ts';
import { trace } from './trace.ts';

const rows = 1024;
const wide = 1024;
const f = (...shape: number[]) => ({ shape, dtype: 'float32' as const });

/** Products of the graph, by how many columns or rows of the wide features each takes. */
const widths = ({ nodes }: Graph) =>
  nodes.flatMap(({ op, inputs, shape }) => {
    if (op.kind !== 'matmul') return [];
    return Math.max(...shape, ...inputs.flatMap((id) => nodes[id]!.shape.filter((d) => d !== rows || d !== wide)));
  });
const wideNodes = ({ nodes }: Graph) =>
  nodes.filter(({ op, shape }) => shape.at(-1) === wide && size(shape) === rows * wide && op.kind !== 'input').length;

/** A hidden layer of a transformer, with what goes around it, its mask and the gradients of all that is learned. */
function hiddenLayer(units: number, count = rows): Graph {
  const specs = {
    x: f(count / 4, 4, 3),
    w1: f(3, units),
    b1: f(units),
    w2: f(units, 3),
    b2: f(3),
    mask: { shape: [count / 4, 4, units], dtype: 'uint8' as const },
  };
  return trace(specs, ({ x, w1, b1, w2, b2, mask }) => {
    const u = add(matmul(x!, w1!), b1!);
    const h = mul(mul(u, add(erf(u), 1)), cast(mask!, 'float32'));
    const y = add(add(matmul(h, w2!), b2!), x!);
    const loss = sum(tanh(y));
    const found = gradients(loss, [x!, w1!, b1!, w2!, b2!]);
    return { loss, ...Object.fromEntries(found.map((gradient, i) => [`gradient${i}`, gradient])) };
  });
}

describe('divideFeatures', () => {
  it('computes a hidden layer and its gradients in blocks, to the same values', () => {
    const graph = hiddenLayer(wide);
    const divided = divideFeatures(graph);
    expect(distance(graph, divided)).toBeLessThan(1e-13);
    expect([wideNodes(graph) > 10, wideNodes(divided)]).toEqual([true, 0]);
    expect(widths(divided).length).toBe(2 * widths(graph).length);
  });

  it('begins the sum over the blocks with what is added to the product', () => {
    const graph = trace({ x: f(rows, 3), w1: f(3, wide), w2: f(wide, 2), b: f(2) }, ({ x, w1, w2, b }) => ({
      y: add(matmul(relu(matmul(x!, w1!)), w2!), b!),
    }));
    const divided = divideFeatures(graph);
    const kinds = divided.nodes.map(({ op }) => op.kind);
    expect(kinds.filter((kind) => kind === 'add').length).toBe(2);
    const [last] = divided.outputs;
    const [product, before] = divided.nodes[last!.id]!.inputs.map((id) => divided.nodes[id]!.op.kind);
    expect([product, before]).toEqual(['matmul', 'add']);
  });

  it.each([
    ['features that are not a multiple of 1024', hiddenLayer(1000)],
    ['fewer rows than 1024', hiddenLayer(wide, 512)],
    [
      'features that are put out',
      trace({ x: f(rows, 3), w: f(3, wide), v: f(wide, 2) }, ({ x, w, v }) => {
        const h = relu(matmul(x!, w!));
        return { h, y: matmul(h, v!) };
      }),
    ],
    [
      'features that an operator takes as a whole',
      trace({ x: f(rows, 3), w: f(3, wide), v: f(wide, 2) }, ({ x, w, v }) => ({
        y: matmul(softmax(matmul(x!, w!), -1), v!),
      })),
    ],
  ])('leaves alone %s', (_, graph) => {
    expect(divideFeatures(graph)).toBe(graph);
  });

  it('is the same function whatever is done with the features before and after', () => {
    const steps = ['relu', 'tanh', 'bias', 'column', 'scale', 'gate', 'product', 'input', 'rank 3'] as const;
    const readers = ['rows', 'transposed', 'right', 'right transposed', 'both', 'bias', 'features', 'around'] as const;
    let divisions = 0;
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...steps), { maxLength: 5 }),
        fc.uniqueArray(fc.constantFrom(...readers), { minLength: 1, maxLength: 4 }),
        (how, reading) => {
          const specs = { x: f(rows, 2), w: f(2, wide), v: f(wide, 2), b: f(wide), c: f(rows, 1), z: f(rows, wide) };
          const small = { t: f(2, rows), s: f(2, wide), r: f(rows, 2) };
          const graph = trace({ ...specs, ...small }, (inputs) => {
            const { x, w, v, b, c, z, t, s, r } = inputs as Record<keyof typeof specs | keyof typeof small, Tensor>;
            const apply: Record<(typeof steps)[number], (h: Tensor) => Tensor> = {
              relu,
              tanh,
              bias: (h) => add(h, b),
              column: (h) => sub(h, c),
              scale: (h) => mul(h, 0.25),
              gate: (h) => where(less(h, broadcastTo(b, [rows, wide])), h, 0.5),
              product: (h) => mul(h, matmul(x, mul(w, 2))),
              input: (h) => add(h, z),
              'rank 3': (h) => reshape(tanh(reshape(h, [rows / 8, 8, wide])), [rows, wide]),
            };
            const read: Record<(typeof readers)[number], (h: Tensor) => Tensor> = {
              rows: (h) => matmul(h, v),
              transposed: (h) => matmul(transpose(h), r),
              right: (h) => matmul(t, h),
              'right transposed': (h) => matmul(s, transpose(h)),
              both: (h) => matmul(h, transpose(mul(s, sum(h, [0])))),
              bias: (h) => sum(h, [0]),
              features: (h) => sum(h, [1]),
              around: (h) => add(matmul(h, v), matmul(relu(h), mul(v, 3))),
            };
            const h = how.reduce((before, step) => apply[step](before), matmul(x, w));
            return Object.fromEntries(reading.map((reader) => [reader, read[reader](h)]));
          });
          const divided = divideFeatures(graph);
          if (divided !== graph) divisions++;
          expect(distance(graph, divided)).toBeLessThan(1e-12);
        },
      ),
      { numRuns: 16 },
    );
    expect(divisions).toBeGreaterThan(5);
  });
});
