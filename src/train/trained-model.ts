/** What training leaves in memory: parameters by name, and what can be done with them. */

import { type Dtype, type HostArray, hostArray } from '../base/dtype.ts';
import { OptionError } from '../base/errors.ts';
import { checkOptionNames } from '../base/options.ts';
import { type Shape, size } from '../base/shape.ts';
import type { Dataset } from '../data/dataset.ts';
import { withTarget } from '../data/with-target.ts';
import type { ModelDescription } from '../nn/describe.ts';
import { ignoredLabelOf } from '../nn/loss/table.ts';
import type { CompileOptions, Engine } from '../runtime/engine.ts';
import { type ConfusionMatrix, confusionMatrix } from './confusion-matrix.ts';
import { createEvaluator } from './evaluator.ts';
import { exportInference } from './export.ts';
import { programsByLength } from './programs.ts';
import { encodeSafetensors, type StoredTensor } from './safetensors.ts';
import { describeTask, inputName, type Task, traceInference } from './task.ts';
import { outputNamed } from './task-outputs.ts';

/** One output of a model for some inputs. */
export interface PredictedOutput {
  readonly values: Float32Array;
  /** Batch first. */
  readonly shape: Shape;
}

/** A model's output for some inputs; of several, the first, and all of them by name. */
export interface Prediction extends PredictedOutput {
  /** By name; the output of a model that names none is `output`. */
  readonly outputs: Readonly<Record<string, PredictedOutput>>;
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
  /**
   * How often each class of a data set is taken for each other; labels that the loss ignores are left out. `output` names
   * the output, where the model has several.
   */
  confusionMatrix(dataset: Dataset, options?: { readonly output?: string }): Promise<ConfusionMatrix>;
  /** The model as an ONNX file: input `input` (raw, as stored; any batch size), output `output`, or those of its names. */
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
  const shapes = Object.entries(description.outputs).map(([name, { shape }]) => {
    const each = shape.slice(1);
    return { name, each, size: size(each) };
  });
  const staged = new Map<number, { input: HostArray; outputs: Map<string, Float32Array> }>();
  const room = (length: number) => {
    let arrays = staged.get(length);
    if (arrays === undefined) {
      const input = hostArray(task.input.dtype as Dtype, length * inputSize);
      const outputs = new Map(shapes.map(({ name, size }) => [name, new Float32Array(length * size)]));
      arrays = { input, outputs };
      staged.set(length, arrays);
    }
    return arrays;
  };
  const programs = programsByLength(
    engine,
    compile,
    (length) => traceInference(task, length),
    (length) => {
      const { input, outputs } = room(length);
      return new Map<string, HostArray>([...views, [inputName, input], ...outputs]);
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
      const all = shapes.map((output) => ({ ...output, values: new Float32Array(length * output.size) }));
      for (let begin = 0; begin < length; begin += chunk) {
        const count = Math.min(chunk, length - begin);
        const program = await programs(count);
        const arrays = room(count);
        for (let i = 0; i < arrays.input.length; i++) arrays.input[i] = values[begin * inputSize + i]!;
        await program.run();
        for (const { name, size, values } of all) values.set(arrays.outputs.get(name)!, begin * size);
      }
      const predicted = all.map(({ name, each, values }) => [name, { values, shape: [length, ...each] }] as const);
      return { ...predicted[0]![1], outputs: Object.fromEntries(predicted) };
    },
    evaluate,
    async confusionMatrix(dataset, options = {}) {
      checkOptionNames('confusionMatrix', options, ['output']);
      const { name, loss, prefix } = outputNamed('confusionMatrix', task, options.output);
      const ignoredLabel = ignoredLabelOf(loss);
      return confusionMatrix({
        dataset: prefix === '' ? dataset : withTarget(dataset, name),
        predict: async (input) => (await model.predict(input)).outputs[name]!,
        ...(ignoredLabel === undefined ? {} : { ignoredLabel }),
      });
    },
    toOnnx: () => exportInference(task, parameters),
    toSafetensors: () => encodeSafetensors(parameters),
  };
  return model;
}
