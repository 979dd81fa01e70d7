/** The language of update rules, and what runs them. */

export { type Arena, type ArenaLayout, createArena } from './arena.ts';
export { chain, type Part, part } from './chain.ts';
export type { ParameterControl } from './control.ts';
export type { ExecutorName } from './executor.ts';
export {
  abs,
  add,
  constant,
  div,
  type Expression,
  equal,
  exp,
  less,
  lessOrEqual,
  log,
  max,
  min,
  mul,
  neg,
  norm,
  orthogonalize,
  pow,
  sign,
  sqrt,
  square,
  sub,
  where,
} from './expression.ts';
export {
  type ChoiceSpec,
  type DecayOptions,
  type HyperSpec,
  hyperAt,
  type Optimizer,
  type RuleBuilder,
  type RuleOptions,
  type RuleSpec,
  type RuleValues,
  required,
  rule,
  type WeightDecayKind,
} from './rule.ts';
export {
  type Before,
  boundsOf,
  type Evaluation,
  type Position,
  type Schedule,
  type ScheduleBuilder,
  type ScheduleDefinition,
  schedule,
  type Tail,
  tailOf,
  valueAt,
} from './schedule.ts';
export {
  createUpdater,
  type MatrixTask,
  type Orthogonalize,
  type StepInput,
  type Updater,
  type UpdaterOptions,
} from './updater.ts';
