/** Tensors, the functions on them, and graphs. */

export type { Axes } from './axis.ts';
export { GraphBuilder } from './builder.ts';
export { type ConvOptions, type ConvTransposeOptions, conv, convTranspose } from './convolution.ts';
export {
  abs,
  add,
  and,
  cast,
  cos,
  div,
  equal,
  erf,
  exp,
  floor,
  greater,
  greaterOrEqual,
  less,
  lessOrEqual,
  log,
  maximum,
  minimum,
  mul,
  neg,
  not,
  notEqual,
  or,
  pow,
  reciprocal,
  relu,
  sigmoid,
  sign,
  sin,
  softplus,
  sqrt,
  square,
  stopGradient,
  sub,
  tanh,
  where,
} from './elementwise.ts';
export {
  broadcastTo,
  concat,
  expandDims,
  flatten,
  type PadOptions,
  pad,
  reshape,
  type SliceOptions,
  slice,
  squeeze,
  transpose,
} from './form.ts';
export type { Graph, Node, Port, TensorSpec } from './graph.ts';
export { gather, oneHot, putAlong, scatterAdd, takeAlong } from './indexing.ts';
export { infer } from './infer.ts';
export { alias, fill, fillLike, iota, literal, type Nested, type Operand } from './leaf.ts';
export { dot, matmul } from './linear.ts';
export type { Op, OpKind } from './op.ts';
export { type AveragePoolOptions, averagePool, type MaxPoolOptions, maxPool } from './pooling.ts';
export { print } from './print.ts';
export { argMax, logSumExp, max, mean, min, type ReductionOptions, sum, variance } from './reduction.ts';
export { simplify } from './simplify.ts';
export { logSoftmax, softmax } from './softmax.ts';
export { type StandardizeOptions, standardize } from './standardize.ts';
export { type Builder, Tensor } from './tensor.ts';
export { trace } from './trace.ts';
export { verify } from './verify.ts';
