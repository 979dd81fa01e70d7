/** Training: the loop, its step, events and results; minimising plain functions. */

export { createEvaluator, type Evaluator, type EvaluatorOptions } from './evaluator.ts';
export type {
  EndEvent,
  EvaluationEvent,
  Position,
  StartEvent,
  Status,
  StepEvent,
  Subscriber,
  TrainingEvent,
  WarningEvent,
} from './event.ts';
export {
  type Experiment,
  type ExperimentOptions,
  experimentToJson,
  readExperiment,
} from './experiment.ts';
export { type FindIdenticalUnitsOptions, findIdenticalUnits } from './find-identical-units.ts';
export type { FreezeStatistics } from './freeze-statistics.ts';
export { formatRow, type MetricsRow, parseRows } from './metrics-log.ts';
export {
  type GradientProblem,
  type Minimization,
  type MinimizeOptions,
  minimize,
  type Point,
  type Start,
} from './minimize.ts';
export {
  type ParameterGroup,
  type ParameterMatch,
  type TrainableWindow,
  withoutDecayOnVectors,
} from './parameter-groups.ts';
export type { Penalty } from './penalty.ts';
export {
  type PopulationMethod,
  type PopulationStatisticsOptions,
  populationStatistics,
} from './population-statistics.ts';
export { decodeSafetensors, encodeSafetensors, type StoredTensor } from './safetensors.ts';
export type { Staging } from './staging.ts';
export { type FirstParametersOptions, firstParameters } from './start/first-parameters.ts';
export { type LabelStatistics, labelStatistics } from './start/label-statistics.ts';
export { type Lsuv, type LsuvOptions, lsuv } from './start/lsuv.ts';
export type { ParameterStart } from './start/start.ts';
export { readStart, type StartKind } from './start/table.ts';
export { createTrainingStep, type StepOutcome, type TrainingStep, type TrainingStepOptions } from './step.ts';
export type { Task } from './task.ts';
export { type TrainingResult, type TrainOptions, taskOf, train } from './train.ts';
export type { Prediction, TrainedModel } from './trained-model.ts';
