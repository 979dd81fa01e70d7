/** What training leaves in memory: parameters by name, and what can be done with them. */

import { type Dtype, type HostArray, hostArray } from '../base/dtype.ts';
import { OptionError } from '../base/errors.ts';
import { type Shape, size } from '../base/shape.ts';
import type { Dataset } from '../data/dataset.ts';
import type { ModelDescription } from '../nn/describe.ts';
import { ignoredLabelOf } from '../nn/loss/table.ts';
import type { CompileOptions, Engine } from '../runtime/engine.ts';
import { type ConfusionMatrix, confusionMatrix } from './confusion-matrix.ts';
import { createEvaluator } from './evaluator.ts';
import { exportInference } from './export.ts';
import { programsByLength } from './programs.ts';
import { encodeSafetensors, type StoredTensor } from './safetensors.ts';
import { describeTask, inputName, outputName, type Task, traceInference } from './task.ts';

/** A model's outputs for some inputs. */
export interface Prediction {
  readonly values: Float32Array;
  /** Batch first. */
  readonly shape: Shape;
}

/** Parameters with their model: predicts, is measured, and is written to files. */
export interface TrainedModel {
  readonly description: ModelDescription;
  /** And what the model keeps beside them, such as running statistics. Live: a later step would change them. */
  readonly parameters: ReadonlyMap<string, StoredTensor>;
  /** Outputs (logits, for a classifier) for raw inputs as the data set stores them, example after example. */
  predict(input: ArrayLike<number>): Promise<Prediction>;
  /** Mean loss and metrics over a data set. */
  evaluate(dataset: Dataset): Promise<Record<string, number>>;
  /** How often each class of a data set is taken for each other; labels that the loss ignores are left out. */
  confusionMatrix(dataset: Dataset): Promise<ConfusionMatrix>;
  /** The model as an ONNX file: input `input` (raw, as stored; any batch size), output `output`. */
  toOnnx(): Uint8Array;
  /** The parameters as a safetensors file. */
  toSafetensors(): Uint8Array;
}

export interface TrainedModelOptions {
  readonly task: Task;
  /** Values by name of the parameters of the model as it is used, and of its states; others may be among them. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly engine: Engine;
  readonly compile?: CompileOptions;
}

/** Examples that a prediction computes at once. */
const chunk = 256;

export function createTrainedModel(options: TrainedModelOptions): TrainedModel {
  const { task, engine, compile = {} } = options;
  const description = describeTask(task, 1, { training: false });
  const learned = [...description.parameters, ...description.states.filter(({ perExample }) => !perExample)];
  const views = new Map(learned.map(({ name }) => [name, options.parameters.get(name)!]));
  const parameters = new Map<string, StoredTensor>();
  for (const { name, shape } of learned) parameters.set(name, { shape, values: views.get(name)! });
  const evaluate = createEvaluator({ task, parameters: views, states: views, engine, compile });
  const inputSize = size(task.input.shape);
  const outputShape = description.output.shape.slice(1);
  const outputSize = size(outputShape);
  const staged = new Map<number, { input: HostArray; output: Float32Array }>();
  const room = (length: number) => {
    let arrays = staged.get(length);
    if (arrays === undefined) {
      const input = hostArray(task.input.dtype as Dtype, length * inputSize);
      arrays = { input, output: new Float32Array(length * outputSize) };
      staged.set(length, arrays);
    }
    return arrays;
  };
  const programs = programsByLength(
    engine,
    compile,
    (length) => traceInference(task, length),
    (length) => {
      const { input, output } = room(length);
      return new Map<string, HostArray>([...views, [inputName, input], [outputName, output]]);
    },
  );
  const model: TrainedModel = {
    description,
    parameters,
    async predict(values) {
      const length = values.length / inputSize;
      if (!Number.isInteger(length) || length === 0) {
        throw new OptionError('option/length', `${values.length} numbers are no whole number of inputs`, {
          place: 'predict',
          mend: `Give ${inputSize} numbers for each example.`,
        });
      }
      const output = new Float32Array(length * outputSize);
      for (let begin = 0; begin < length; begin += chunk) {
        const count = Math.min(chunk, length - begin);
        const program = await programs(count);
        const arrays = room(count);
        for (let i = 0; i < arrays.input.length; i++) arrays.input[i] = values[begin * inputSize + i]!;
        await program.run();
        output.set(arrays.output, begin * outputSize);
      }
      return { values: output, shape: [length, ...outputShape] };
    },
    evaluate,
    confusionMatrix(dataset) {
      const ignoredLabel = ignoredLabelOf(task.loss);
      const ignored = ignoredLabel === undefined ? {} : { ignoredLabel };
      return confusionMatrix({ dataset, predict: model.predict, ...ignored });
    },
    toOnnx: () => exportInference(task, parameters),
    toSafetensors: () => encodeSafetensors(parameters),
  };
  return model;
}
