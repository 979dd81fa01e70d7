/** Runs a model on raw inputs, a number of examples at once. */

import { type Dtype, type HostArray, hostArray } from '../base/dtype.ts';
import { type Shape, size } from '../base/shape.ts';
import type { ModelDescription } from '../nn/describe.ts';
import type { CompileOptions, Engine } from '../runtime/engine.ts';
import { programsByLength } from './programs.ts';
import { createStates } from './states.ts';
import { carriedStates, inputName, type Task, traceInference } from './task.ts';

export interface PredictorOptions {
  readonly task: Task;
  readonly description: ModelDescription;
  /** Parameters and states of the model by name. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly engine: Engine;
  readonly compile: CompileOptions;
  /** How many rows read on from call to call, where the task is continuous; by default every example starts anew. */
  readonly rows?: number;
}

export interface Predictor {
  /** The outputs, and the shape of one example's. */
  readonly outputs: readonly { readonly name: string; readonly shape: Shape }[];
  /** The outputs by name for `length` examples from example `begin` of `input`. The next call of this length writes them anew. */
  run(input: ArrayLike<number>, begin: number, length: number): Promise<ReadonlyMap<string, Float32Array>>;
}

export function createPredictor(options: PredictorOptions): Predictor {
  const { task, description, parameters, engine, compile, rows = 0 } = options;
  const specs = rows === 0 ? [] : carriedStates(task, rows);
  const states = createStates(specs, rows);
  const inputSize = size(task.input.shape);
  const outputs = Object.entries(description.outputs).map(([name, { shape }]) => ({ name, shape: shape.slice(1) }));
  const staged = new Map<number, { input: HostArray; outputs: Map<string, Float32Array> }>();
  const room = (length: number) => {
    let arrays = staged.get(length);
    if (arrays === undefined) {
      const input = hostArray(task.input.dtype as Dtype, length * inputSize);
      arrays = {
        input,
        outputs: new Map(outputs.map(({ name, shape }) => [name, new Float32Array(length * size(shape))])),
      };
      staged.set(length, arrays);
    }
    return arrays;
  };
  const programs = programsByLength(
    engine,
    compile,
    (length) => traceInference(task, length, { carried: specs.length > 0 }),
    (length) => {
      const { input, outputs } = room(length);
      return new Map<string, HostArray>([...parameters, ...states.arrays(0, length), [inputName, input], ...outputs]);
    },
  );
  return {
    outputs,
    async run(values, begin, length) {
      const bound = await programs(length);
      const { input, outputs } = room(length);
      for (let i = 0; i < input.length; i++) input[i] = values[begin * inputSize + i]!;
      await bound.run();
      states.advance(bound.program, 0, length);
      return outputs;
    },
  };
}
