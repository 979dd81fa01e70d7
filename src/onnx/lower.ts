/**
 * Graph → ONNX model: one row per operator. Shapes are static; rows see what `plan` decided for their node. Pure: no
 * engine, no file.
 */

import { checkOptionNames } from '../base/options.ts';
import { size } from '../base/shape.ts';
import type { Graph } from '../graph/graph.ts';
import type { OpKind } from '../graph/op.ts';
import { signature } from './convolution/formulation.ts';
import { Emitter } from './emitter.ts';
import { convolutionRows } from './lowering/convolution.ts';
import { elementwiseRows } from './lowering/elementwise.ts';
import { formRows } from './lowering/form.ts';
import { indexingRows } from './lowering/indexing.ts';
import { leafRows } from './lowering/leaf.ts';
import { linearRows } from './lowering/linear.ts';
import { normalizationRows } from './lowering/normalization.ts';
import { poolingRows } from './lowering/pooling.ts';
import { reductionRows } from './lowering/reduction.ts';
import type { OnnxModel } from './model.ts';
import { type PlanOptions, plan } from './plan.ts';
import type { Row, Rows } from './site.ts';
import type { NormalizationOf, Operand, Step } from './step.ts';

const rows = {
  ...leafRows,
  ...elementwiseRows,
  ...formRows,
  ...reductionRows,
  ...linearRows,
  ...convolutionRows,
  ...poolingRows,
  ...indexingRows,
  ...normalizationRows,
} satisfies Rows<OpKind>;

export interface LowerOptions extends PlanOptions {
  /** Name of the formulation for each convolution, by signature; others take the first formulation that applies. */
  readonly formulations?: ReadonlyMap<string, string>;
  /** Of the engine; with several, large tensors are moved by operators that all of them share. Default 1. */
  readonly threads?: number;
  /** Width of the blocks of channels that the engine's own operators work on; default it has none. */
  readonly channelBlock?: number | undefined;
}

/**
 * Lowers a graph. Inputs and outputs of the model are those of the graph, in order and by name; an output whose name is
 * an input's gets a number after it.
 *
 * @throws OptionError where a chosen formulation does not exist or does not apply.
 */
export function lower(graph: Graph, options: LowerOptions = {}): OnnxModel {
  checkOptionNames('lower', options, ['formulations', 'largestSum', 'threads', 'channelBlock']);
  const e = new Emitter();
  const values = new Map<number, string>();
  const named = (operand: Operand): string => {
    const { op, shape, dtype } = graph.nodes[operand.id]!;
    if (op.kind !== 'fill') return values.get(operand.id)!;
    // A fill is made where it is used, as a scalar if that is enough.
    if (size(operand.shape) === 1) return e.constant(dtype, [op.value], operand.shape);
    return leafRows.fill(e, { ...blank, op, shape, dtype });
  };
  for (const step of plan(graph, options)) {
    const { op, scope } = step.node;
    if (op.kind === 'fill') continue;
    e.begin(`${scope === undefined ? '' : `${scope}/`}${op.kind}_${step.id}`);
    values.set(step.id, emit(e, graph, step, named, options));
  }
  return e.finish(
    graph.outputs.map(({ name, id }) => {
      const { shape, dtype } = graph.nodes[id]!;
      return { value: named({ id, shape }), port: { name, shape, dtype } };
    }),
  );
}

const blank = { operands: [], shapes: [], dtypes: [], threads: 1 } as const;

function emit(
  e: Emitter,
  graph: Graph,
  step: Step,
  named: (operand: Operand) => string,
  { formulations, threads = 1, channelBlock }: LowerOptions,
): string {
  const { op, shape, dtype } = step.node;
  const shapes = step.operands.map((operand) => operand.shape);
  const convolution = op.kind === 'conv' || op.kind === 'convInputGradient' || op.kind === 'convFilterGradient';
  const formulation = convolution ? formulations?.get(signature(op, shapes, shape)) : undefined;
  let bias: string | undefined;
  if (step.bias !== undefined) {
    bias = named(step.bias);
    if (op.kind === 'conv') bias = e.reshapeFrom(bias, step.bias.shape, [shape[1]!]);
  }
  // The table is total and each row takes the member of its kind; TypeScript cannot follow the lookup.
  const row = rows[op.kind] as Row<OpKind>;
  return row(e, {
    op,
    operands: step.operands.map(named),
    shapes,
    dtypes: step.operands.map(({ id }) => graph.nodes[id]!.dtype),
    shape,
    dtype,
    ...(bias === undefined ? {} : { bias }),
    ...(step.factor === undefined ? {} : { factor: step.factor }),
    ...(step.withIndices ? { withIndices: true } : {}),
    ...(step.split === undefined ? {} : { split: step.split }),
    ...(step.normalization === undefined ? {} : { normalization: namedVectors(step.normalization, named) }),
    ...(formulation === undefined ? {} : { formulation }),
    threads,
    ...(channelBlock === undefined ? {} : { channelBlock }),
  });
}

function namedVectors(
  { scale, shift, ...rest }: NormalizationOf<Operand>,
  named: (operand: Operand) => string,
): NormalizationOf<string> {
  return {
    ...rest,
    ...(scale === undefined ? {} : { scale: named(scale) }),
    ...(shift === undefined ? {} : { shift: named(shift) }),
  };
}
