/** Layers, initializers, losses and metrics. */

export { describe, type ModelDescription, type SummaryRow } from './describe.ts';
export { type Forward, type ForwardOptions, type Model, type ModelFunction, traceForward } from './forward.ts';
export { type IdenticalUnits, identicalUnitsMessage } from './identical-units.ts';
export { constant } from './init/constant.ts';
export { constantByPart } from './init/constant-by-part.ts';
export { given } from './init/given.ts';
export { identity } from './init/identity.ts';
export type { Initializer } from './init/initializer.ts';
export { type NormalOptions, normal } from './init/normal.ts';
export { orthogonal } from './init/orthogonal.ts';
export { type SparseOptions, sparse } from './init/sparse.ts';
export { type InitializerKind, readInitializer } from './init/table.ts';
export { type TruncatedNormalOptions, truncatedNormal } from './init/truncated-normal.ts';
export { uniform } from './init/uniform.ts';
export {
  type FanDistribution,
  type FanMode,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  rootFanInUniform,
  type VarianceScalingOptions,
  varianceScaling,
  xavierNormal,
  xavierUniform,
} from './init/variance-scaling.ts';
export { zeros } from './init/zeros.ts';
export { type Auxiliary, type AuxiliaryOptions, auxiliary } from './layer/auxiliary.ts';
export { type AveragePool2d, type AveragePool2dOptions, averagePool2d } from './layer/average-pool2d.ts';
export { type BatchNorm, type BatchNormOptions, batchNorm } from './layer/batch-norm.ts';
export { type ConvTranspose2d, type ConvTranspose2dOptions, convTranspose2d } from './layer/conv-transpose2d.ts';
export { type Conv2d, type Conv2dOptions, conv2d } from './layer/conv2d.ts';
export { type Dense, type DenseOptions, dense } from './layer/dense.ts';
export { type DenseConnection, type DenseConnectionOptions, denseConnection } from './layer/dense-connection.ts';
export { dropout } from './layer/dropout.ts';
export { elu } from './layer/elu.ts';
export { type Embedding, type EmbeddingOptions, embedding } from './layer/embedding.ts';
export { flatten } from './layer/flatten.ts';
export { gelu } from './layer/gelu.ts';
export { globalAveragePool2d } from './layer/global-average-pool2d.ts';
export { globalMaxPool2d } from './layer/global-max-pool2d.ts';
export { type GroupNorm, type GroupNormOptions, groupNorm } from './layer/group-norm.ts';
export { type Gru, type GruOptions, gru } from './layer/gru.ts';
export { type InstanceNorm, type InstanceNormOptions, instanceNorm } from './layer/instance-norm.ts';
export { type LayerNorm, type LayerNormOptions, layerNorm } from './layer/layer-norm.ts';
export { leakyRelu } from './layer/leaky-relu.ts';
export {
  type LocalResponseNorm,
  type LocalResponseNormOptions,
  localResponseNorm,
} from './layer/local-response-norm.ts';
export { type Lstm, type LstmOptions, lstm } from './layer/lstm.ts';
export { type MaxPool2d, type MaxPool2dOptions, maxPool2d } from './layer/max-pool2d.ts';
export { maxout } from './layer/maxout.ts';
export {
  type MultiHeadAttention,
  type MultiHeadAttentionOptions,
  multiHeadAttention,
} from './layer/multi-head-attention.ts';
export { named } from './layer/named.ts';
export { type Outputs, outputs } from './layer/outputs.ts';
export { type Parallel, type ParallelOptions, parallel } from './layer/parallel.ts';
export {
  type PositionEmbedding,
  type PositionEmbeddingOptions,
  positionEmbedding,
} from './layer/position-embedding.ts';
export { relu } from './layer/relu.ts';
export { reshapeExamples } from './layer/reshape-examples.ts';
export { type Residual, type ResidualOptions, residual } from './layer/residual.ts';
export { type RmsNorm, type RmsNormOptions, rmsNorm } from './layer/rms-norm.ts';
export { selu } from './layer/selu.ts';
export { type Sequential, sequential } from './layer/sequential.ts';
export { sigmoid } from './layer/sigmoid.ts';
export { silu } from './layer/silu.ts';
export { type SimpleRnn, type SimpleRnnOptions, simpleRnn } from './layer/simple-rnn.ts';
export { softmax } from './layer/softmax.ts';
export { softplus } from './layer/softplus.ts';
export { spatialDropout } from './layer/spatial-dropout.ts';
export { type LayerKind, layers, readLayer } from './layer/table.ts';
export { tanh } from './layer/tanh.ts';
export type { Layer, Scope } from './layer.ts';
export { binaryCrossEntropy } from './loss/binary-cross-entropy.ts';
export type { ClassWeighting } from './loss/class-weighting.ts';
export { type Focal, type FocalOptions, focal } from './loss/focal.ts';
export { type BinaryHinge, binaryHinge, type Hinge, type HingeOptions, hinge } from './loss/hinge.ts';
export { type Huber, type HuberOptions, huber } from './loss/huber.ts';
export { kullbackLeibler } from './loss/kullback-leibler.ts';
export type { Loss } from './loss/loss.ts';
export { meanAbsolute } from './loss/mean-absolute.ts';
export { meanSquare } from './loss/mean-square.ts';
export { type LossPerOutput, readLosses, type WeightedLossPerOutput } from './loss/per-output.ts';
export {
  type SoftmaxCrossEntropy,
  type SoftmaxCrossEntropyOptions,
  softmaxCrossEntropy,
} from './loss/softmax-cross-entropy.ts';
export {
  applyLoss,
  bestConstant,
  type LossKind,
  lossOfSums,
  lossPerExample,
  lossSums,
  readLoss,
} from './loss/table.ts';
export { type WeightedLoss, type WeightedLosses, weightedLosses } from './loss/weighted-losses.ts';
export type { MaskSpec } from './mask.ts';
export { accuracy } from './metric/accuracy.ts';
export { type ClassAverage, type ClassAverageOptions, f1, precision, recall } from './metric/class-averages.ts';
export { meanAbsoluteError } from './metric/mean-absolute-error.ts';
export { meanSquareError } from './metric/mean-square-error.ts';
export type { Metric } from './metric/metric.ts';
export { type Metrics, type MetricsPerOutput, readMetrics } from './metric/per-output.ts';
export { type Perplexity, perplexity } from './metric/perplexity.ts';
export { rSquared } from './metric/r-squared.ts';
export {
  applyMetric,
  betterOf,
  type MetricKind,
  metricAddends,
  metricOfBatch,
  metricOfTotals,
  metricPerExample,
  readMetric,
} from './metric/table.ts';
export { type TopK, topK } from './metric/top-k.ts';
export { zeroOne } from './metric/zero-one.ts';
export { normalize } from './normalize.ts';
export { initialValue, initialValues, type ParameterSpec } from './parameter.ts';
export type { StateSpec, Statistics } from './state.ts';
