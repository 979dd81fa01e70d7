/** Dolina in Node: all of `index.ts`, with data sets from files, the CPU engine and run directories. */

export { grad, hessianVector, valueAndGrad } from './autodiff/index.ts';
export {
  DataError,
  DivergenceError,
  DolinaError,
  EngineError,
  GraphError,
  InternalError,
  OptionError,
  ShapeError,
} from './base/errors.ts';
export type { Normalization } from './base/normalization.ts';
export { type Key, key, RandomStream } from './base/random.ts';
export { defaultCacheFolder } from './data/cache-folder.node.ts';
export { fashionMnist } from './data/fashion-mnist.node.ts';
export {
  type Batches,
  createBatches,
  type Dataset,
  fromArrays,
  fromCsv,
  fromIdx,
  type ImageSets,
  inOrder,
  readLabels,
  type Sampler,
  shuffled,
  shuffledOnce,
  split,
  standardized,
  statistics,
  subset,
  take,
  withNormalization,
  withReplacement,
} from './data/index.ts';
export { mnist } from './data/mnist.node.ts';
export { readCsv } from './data/read-csv.node.ts';
export { readIdx } from './data/read-idx.node.ts';
export { type Tensor, type TensorSpec, trace } from './graph/index.ts';
export {
  accuracy,
  averagePool2d,
  binaryCrossEntropy,
  constant,
  conv2d,
  dense,
  describe,
  dropout,
  elu,
  flatten,
  gelu,
  given,
  globalAveragePool2d,
  globalMaxPool2d,
  heNormal,
  heUniform,
  type Initializer,
  type Layer,
  type Loss,
  leakyRelu,
  lecunNormal,
  lecunUniform,
  type Metric,
  type Model,
  type ModelFunction,
  maxPool2d,
  meanSquare,
  named,
  normal,
  relu,
  reshapeExamples,
  rootFanInUniform,
  type Scope,
  selu,
  sequential,
  sigmoid,
  silu,
  softmax,
  softmaxCrossEntropy,
  softplus,
  tanh,
  truncatedNormal,
  uniform,
  varianceScaling,
  xavierNormal,
  xavierUniform,
  zeroOne,
  zeros,
} from './nn/index.ts';
export {
  adam,
  byGlobalNorm,
  type Clip,
  type Duration,
  epochs,
  examples,
  fraction,
  linearDecay,
  momentum,
  nesterov,
  readOptimizer,
  sgd,
  steps,
} from './optim/index.ts';
export { type Optimizer, type Position, required, rule, type Schedule, schedule } from './rule/index.ts';
export {
  type CompileOptions,
  compile,
  type Engine,
  type Program,
  wasmEngine,
} from './runtime/index.ts';
export { measurementCache } from './runtime/measurement-cache.node.ts';
export { type CpuEngineOptions, cpuEngine } from './runtime/ort.node.ts';
export {
  type EvaluationEvent,
  type Experiment,
  type ExperimentOptions,
  minimize,
  type Prediction,
  readExperiment,
  type StepEvent,
  type Subscriber,
  type TrainedModel,
  type TrainingEvent,
  type TrainingResult,
  type TrainOptions,
  train,
} from './train/index.ts';
export { createRunDirectory, type RunDirectory, readRunDirectory, type StoredRun } from './train/run-directory.node.ts';
