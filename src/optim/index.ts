/** Optimizers, schedules, clipping and averages. */

export { adadelta } from './adadelta.ts';
export { adagrad } from './adagrad.ts';
export { adam } from './adam.ts';
export { adamax } from './adamax.ts';
export { adamw } from './adamw.ts';
export { amsgrad } from './amsgrad.ts';
export { type Averaging, readAveraging } from './averaging/averaging.ts';
export {
  type ExponentialAverage,
  type ExponentialAverageOptions,
  exponentialAverage,
} from './averaging/exponential-average.ts';
export {
  type StochasticWeightAverage,
  type StochasticWeightAverageOptions,
  stochasticWeightAverage,
} from './averaging/stochastic-weight-average.ts';
export { type Adaptive, type AdaptiveOptions, adaptive } from './clip/adaptive.ts';
export { type ByGlobalNorm, type ByGlobalNormOptions, byGlobalNorm } from './clip/by-global-norm.ts';
export { type ByNorm, type ByNormOptions, byNorm } from './clip/by-norm.ts';
export { type ByValue, byValue } from './clip/by-value.ts';
export { applyClip, boundsGradient, type Clip, readClip } from './clip/clip.ts';
export type { ClipTarget } from './clip/clip-target.ts';
export { lamb } from './experimental/lamb.ts';
export { lion } from './experimental/lion.ts';
export { muon } from './experimental/muon.ts';
export { scheduleFreeAdamw } from './experimental/schedule-free-adamw.ts';
export { scheduleFreeSgd } from './experimental/schedule-free-sgd.ts';
export { momentum } from './momentum.ts';
export { nadam } from './nadam.ts';
export { nesterov } from './nesterov.ts';
export { optimizers } from './optimizers.ts';
export { accumulatedSquares } from './part/accumulated-squares.ts';
export { accumulatedSteps } from './part/accumulated-steps.ts';
export { adaptiveMoments } from './part/adaptive-moments.ts';
export { decayedWeights } from './part/decayed-weights.ts';
export { infinityNorm } from './part/infinity-norm.ts';
export { interpolatedSign } from './part/interpolated-sign.ts';
export { learningRateScale } from './part/learning-rate-scale.ts';
export { maximumMoments } from './part/maximum-moments.ts';
export { nesterovMoments } from './part/nesterov-moments.ts';
export { rectifiedMoments } from './part/rectified-moments.ts';
export { rootMeanSquare } from './part/root-mean-square.ts';
export { trustRatio } from './part/trust-ratio.ts';
export { velocity } from './part/velocity.ts';
export { radam } from './radam.ts';
export { type Definitions, readOptimizer, readSchedule } from './read.ts';
export { rmsprop } from './rmsprop.ts';
export { rmspropNesterov } from './rmsprop-nesterov.ts';
export { type RobbinsMonro, type RobbinsMonroOptions, robbinsMonro } from './robbins-monro.ts';
export { rprop } from './rprop.ts';
export { constant } from './schedule/constant.ts';
export { type CosineDecay, type CosineDecayOptions, cosineDecay } from './schedule/cosine-decay.ts';
export { type Duration, epochs, examples, fraction, readDuration, steps } from './schedule/duration.ts';
export { type ExponentialDecay, exponentialDecay } from './schedule/exponential-decay.ts';
export { type InverseSquareRootDecay, inverseSquareRootDecay } from './schedule/inverse-square-root-decay.ts';
export {
  type InverseTimeDecay,
  type InverseTimeDecayOptions,
  inverseTimeDecay,
} from './schedule/inverse-time-decay.ts';
export { type JoinSchedules, joinSchedules } from './schedule/join-schedules.ts';
export { linearDecay } from './schedule/linear-decay.ts';
export { type MultiStepDecay, type MultiStepDecayOptions, multiStepDecay } from './schedule/multi-step-decay.ts';
export { type OneCycle, type OneCycleOptions, oneCycle } from './schedule/one-cycle.ts';
export { type PolynomialDecay, type PolynomialDecayOptions, polynomialDecay } from './schedule/polynomial-decay.ts';
export { type ReduceOnPlateau, type ReduceOnPlateauOptions, reduceOnPlateau } from './schedule/reduce-on-plateau.ts';
export { type ScaleSchedule, scaleSchedule } from './schedule/scale-schedule.ts';
export { schedules } from './schedule/schedules.ts';
export { type StepDecay, type StepDecayOptions, stepDecay } from './schedule/step-decay.ts';
export { type WarmRestarts, type WarmRestartsOptions, warmRestarts } from './schedule/warm-restarts.ts';
export { type Warmup, type WarmupOptions, warmup } from './schedule/warmup.ts';
export { sgd } from './sgd.ts';
