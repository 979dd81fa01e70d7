/** Optimizers, schedules and clipping. */

export { adam } from './adam.ts';
export { type ByGlobalNorm, type ByGlobalNormOptions, byGlobalNorm } from './clip/by-global-norm.ts';
export { type Clip, clipScale, readClip } from './clip/clip.ts';
export { momentum } from './momentum.ts';
export { nesterov } from './nesterov.ts';
export { optimizers } from './optimizers.ts';
export { adaptiveMoments } from './part/adaptive-moments.ts';
export { learningRateScale } from './part/learning-rate-scale.ts';
export { type Definitions, readOptimizer, readSchedule } from './read.ts';
export { constant } from './schedule/constant.ts';
export { type Duration, epochs, examples, fraction, readDuration, steps } from './schedule/duration.ts';
export { linearDecay } from './schedule/linear-decay.ts';
export { schedules } from './schedule/schedules.ts';
export { sgd } from './sgd.ts';
