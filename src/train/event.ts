/**
 * What a training run tells its subscribers. The loop emits these and knows nothing of who listens: the terminal, the
 * run directory and the lab are subscribers of the same stream.
 */

/** Where a run stands. `epoch` is a decimal: 2.5 is half way through the third pass over the training set. */
export interface Position {
  /** Updates done so far. */
  readonly step: number;
  readonly epoch: number;
  /** Training examples seen so far. */
  readonly examples: number;
}

/** Once, before the first step. */
export interface StartEvent {
  readonly type: 'start';
  /** Where the run is carried out: on the thread that called `train`, or on one of its own. */
  readonly thread: 'caller' | 'worker';
  readonly engine: string;
  readonly threads: number;
  /** The formulation chosen for each convolution gradient, by its signature. */
  readonly formulations: Readonly<Record<string, string>>;
  readonly parameters: number;
  readonly trainingExamples: number;
  readonly validationExamples: number;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly steps: number;
  readonly epochs: number;
  /** The step that a resumed run goes on from. */
  readonly resumedAt?: number;
}

/** Before the first step: something that is allowed, and most often a mistake. */
export interface WarningEvent {
  readonly type: 'warning';
  /** Which warning it is, for programs: `whole-set`, `identical-units`. */
  readonly code: string;
  readonly message: string;
}

/** After each update. The object is reused from step to step: copy what you keep. */
export interface StepEvent extends Position {
  readonly type: 'step';
  readonly steps: number;
  readonly epochs: number;
  /** Seconds since the first step began. */
  readonly time: number;
  /** Of this step's minibatch, before the update. */
  readonly loss: number;
  /** The metrics of this step's minibatch, by name. */
  readonly measures: Readonly<Record<string, number>>;
  /** Hyper-parameters that this step used, after their schedules. */
  readonly hyper: Readonly<Record<string, number>>;
  /** Euclidean norm of the whole gradient before clipping. */
  readonly gradientNorm: number;
  /** The norm after clipping over that before: 1 where clipping did not act. */
  readonly clipped: number;
}

/** After each epoch: means over the epoch's steps, and the validation measures where there is a validation set. */
export interface EvaluationEvent extends Position {
  readonly type: 'evaluation';
  readonly time: number;
  /** `train/loss`, `train/error`, `validation/loss`, `optim/learning-rate`, `gradient/norm`, `time/examples-per-second`, … */
  readonly measures: Readonly<Record<string, number>>;
}

/** After a checkpoint has been saved. */
export interface CheckpointEvent extends Position {
  readonly type: 'checkpoint';
  readonly time: number;
  /** Whether no evaluation before was better. */
  readonly best: boolean;
}

/** How a run ended by itself: all its steps taken or a stopping policy content, told to stop, or out of the finite numbers. */
export type Status = 'done' | 'stopped' | 'diverged';

/** Once, when no more steps follow. */
export interface EndEvent extends Position {
  readonly type: 'end';
  readonly time: number;
  /** `failed` where an error broke it off. */
  readonly status: Status | 'failed';
  /** Why, where it did not take all its steps: the first non-finite tensor and the step, what stopped it, or the error. */
  readonly reason?: string;
}

/** What a run tells: one start, perhaps warnings, then steps, evaluations and checkpoints, then one end. */
export type TrainingEvent = StartEvent | WarningEvent | StepEvent | EvaluationEvent | CheckpointEvent | EndEvent;

/** Views on the values of the training that tells an event: read them while it is told, and change nothing. */
export interface LiveValues {
  /** By name. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  /** Of the last step, by the parameters that it did not freeze, before clipping. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/**
 * Hears every event, in the loop: it should be quick. What it throws breaks the run off. The values are there where the run
 * is on the subscriber's own thread.
 */
export type Subscriber = (event: TrainingEvent, values?: LiveValues) => void;
