/** Training: the loop, its step, events and results; minimising plain functions. */

export { type Checkpoint, type CheckpointState, modelOf } from './checkpoint/checkpoint.ts';
export {
  type CheckpointInterval,
  type CheckpointPolicy,
  type CheckpointPolicyOptions,
  readCheckpointPolicy,
} from './checkpoint/policy.ts';
export type { CheckpointStore } from './checkpoint/store.ts';
export type { ConfusionMatrix } from './confusion-matrix.ts';
export { createEvaluator, type EvaluateOptions, type Evaluator, type EvaluatorOptions } from './evaluator.ts';
export type {
  CheckpointEvent,
  EndEvent,
  EvaluationEvent,
  LiveValues,
  Position,
  StartEvent,
  Status,
  StepEvent,
  Subscriber,
  TrainingEvent,
  WarningEvent,
} from './event.ts';
export { experimentSchema } from './experiment/schema.ts';
export { experimentToJson } from './experiment/to-json.ts';
export { type Experiment, type ExperimentOptions, readExperiment } from './experiment.ts';
export { type FindIdenticalUnitsOptions, findIdenticalUnits } from './find-identical-units.ts';
export {
  type FirstStepsOptions,
  findLearningRate,
  type LearningRateMethod,
  learningRateMethods,
  type RangeTestOptions,
} from './find-learning-rate.ts';
export type { FirstStepsSearch } from './find-learning-rate-by-first-steps.ts';
export type { RangeTest, RangeTestPoint, Slope } from './find-learning-rate-by-range-test.ts';
export type { RateEvent, RatePoint, RateSearchEvent, RateStepEvent } from './find-learning-rate-event.ts';
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
export { type BudgetName, budgets, type TuningOptions, type TuningPlan } from './race/budget.ts';
export type { RaceEvent, RaceProgress, RaceRun, RaceSubscriber } from './race/event.ts';
export type { Lane, LaneOptions, RateSource } from './race/lane.ts';
export type { LaneResult, LaneRun } from './race/lane-result.ts';
export type { EvaluationPoint, LearningCurve, LossPoint } from './race/learning-curve.ts';
export {
  type BandKind,
  type CurvePoint,
  lossCurve,
  type MeanPoint,
  meanCurve,
  measureCurve,
} from './race/mean-curve.ts';
export type { Measure } from './race/measure.ts';
export { type RaceOptions, race } from './race/race.ts';
export { type RankedLane, type Ranking, rankLanes, type ToTarget } from './race/ranking.ts';
export type { RacePlan, RaceResult } from './race/result.ts';
export type { Spread } from './race/spread.ts';
export type { LaneTuning, TuningPoint } from './race/tuning.ts';
export { readEventFile } from './record/event-file.ts';
export type { Histogram } from './record/histogram.ts';
export type { HyperParameter, LoggedEvent, LoggedValue, SessionStatus } from './record/logged-event.ts';
export type { Run } from './run.ts';
export { type BestRun, type BestRunOptions, bestRun } from './runs/best-run.ts';
export { type Difference, type DifferencesOptions, differences } from './runs/differences.ts';
export { filterRuns, type RunFilter, readFilters, sortRuns } from './runs/filter.ts';
export { type LongRow, longForm } from './runs/long-form.ts';
export type { RecordedRun, RunState } from './runs/recorded-run.ts';
export { type CurveAxis, runCurve } from './runs/run-curve.ts';
export {
  directionOf,
  type MeasuredValue,
  type MeasureMoment,
  measureOf,
  measuresOf,
  primaryMeasure,
  type RunMeasure,
} from './runs/run-measures.ts';
export { legendNames, runDifferences, shortNames } from './runs/run-names.ts';
export { type RunSummary, runSummary } from './runs/run-summary.ts';
export { smooth } from './runs/smooth.ts';
export { decodeSafetensors, encodeSafetensors, type StoredTensor } from './safetensors.ts';
export type { Staging } from './staging.ts';
export { type FirstParametersOptions, firstParameters } from './start/first-parameters.ts';
export { type LabelStatistics, labelStatistics } from './start/label-statistics.ts';
export { type Lsuv, type LsuvOptions, lsuv } from './start/lsuv.ts';
export type { ParameterStart } from './start/start.ts';
export { readStart, type StartKind } from './start/table.ts';
export { createTrainingStep, type StepOutcome, type TrainingStep, type TrainingStepOptions } from './step.ts';
export type { StepState } from './step-state.ts';
export { type Divergence, divergence } from './stopping/divergence.ts';
export { type EarlyStopping, type EarlyStoppingOptions, earlyStopping } from './stopping/early-stopping.ts';
export { type LearningRateBelow, learningRateBelow } from './stopping/learning-rate-below.ts';
export type { Mode, Monitor } from './stopping/monitor.ts';
export { type Plateau, type PlateauOptions, plateau } from './stopping/plateau.ts';
export type { Situation, Verdict } from './stopping/situation.ts';
export { readStopping, type StoppingPolicy } from './stopping/stopping.ts';
export { type TargetReached, type TargetReachedOptions, targetReached } from './stopping/target-reached.ts';
export { type TimeBudget, timeBudget } from './stopping/time-budget.ts';
export type { Clock } from './stopwatch.ts';
export type { Task } from './task.ts';
export { type TrainOptions, taskOf, train } from './train.ts';
export type { PredictedOutput, Prediction, TrainedModel } from './trained-model.ts';
export type { Ending, FailedTraining, RunResult, TrainingResult } from './training-result.ts';
