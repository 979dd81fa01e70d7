/** What a start is: frozen data that says how the first parameters are fitted to the data. Its row does it. */

import type { OptionSpecs } from '../../base/option-spec.ts';
import type { RandomStream } from '../../base/random.ts';
import type { Dataset } from '../../data/dataset.ts';
import type { ParameterSpec } from '../../nn/parameter.ts';
import type { CompileOptions, Engine } from '../../runtime/engine.ts';
import type { Task } from '../task.ts';

/** A description such as `{ start: 'lsuv', tolerance: 0.01, … }`; the builders of `start/` make them. */
export interface ParameterStart {
  readonly start: string;
}

/** What a start works with. */
export interface StartContext {
  readonly task: Task;
  readonly training: Dataset;
  /** Whole and changed in place: what the initializers drew, or what an earlier start made of it. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly specs: readonly ParameterSpec[];
  readonly engine: Engine;
  readonly compile: CompileOptions;
  /** The stream that a parameter's initializer draws from. */
  parameterStream(name: string): RandomStream;
  /** A stream for other draws, by purpose. */
  stream(purpose: string): RandomStream;
}

/** One row of the table of starts. */
export interface StartRow<D extends ParameterStart = ParameterStart> {
  /** What its options may be, for the schema of an experiment. */
  readonly options: OptionSpecs;
  /** Builds the description from plain options, with every check of its builder. */
  read(options: Readonly<Record<string, unknown>>): D;
  /** Changes the parameters. */
  apply(start: D, context: StartContext): Promise<void>;
}
