/** What training leaves in memory: parameters by name, and what can be done with them. */

import { OptionError } from '../base/errors.ts';
import { checkNumber, checkOptionNames } from '../base/options.ts';
import { type Shape, size } from '../base/shape.ts';
import type { Dataset } from '../data/dataset.ts';
import { withTarget } from '../data/with-target.ts';
import type { ModelDescription } from '../nn/describe.ts';
import { ignoredLabelOf } from '../nn/loss/table.ts';
import type { CompileOptions, Engine } from '../runtime/engine.ts';
import { checkMeasurable } from './check-sets.ts';
import { type ConfusionMatrix, confusionMatrix } from './confusion-matrix.ts';
import { inPieces, inRows } from './evaluation-order.ts';
import { createEvaluator, type EvaluateOptions } from './evaluator.ts';
import { exportInference } from './export.ts';
import { createPredictor } from './predictor.ts';
import { encodeSafetensors, type StoredTensor } from './safetensors.ts';
import { carriedStates, describeTask, type Task } from './task.ts';
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
  /** Outputs (logits, for a classifier) for raw inputs as the data set stores them, each example by itself. */
  predict(input: ArrayLike<number>): Promise<Prediction>;
  /**
   * Mean loss and metrics over a data set. Where the run read its examples on from one to the next (`continuous()`), so does
   * this, as one sequence or in `rows`.
   */
  evaluate(dataset: Dataset, options?: EvaluateOptions): Promise<Record<string, number>>;
  /**
   * How often each class of a data set is taken for each other; labels that the loss ignores are left out. `output` names
   * the output, where the model has several; `rows` as for `evaluate`.
   */
  confusionMatrix(dataset: Dataset, options?: EvaluateOptions & { readonly output?: string }): Promise<ConfusionMatrix>;
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
  const common = { task, description, parameters: views, engine, compile };
  const predictor = createPredictor(common);
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
      const predicted = predictor.outputs.map(({ name, shape }) => {
        const all = new Float32Array(length * size(shape));
        return [name, { values: all, shape: [length, ...shape] }] as const;
      });
      for (let begin = 0; begin < length; begin += chunk) {
        const count = Math.min(chunk, length - begin);
        const outputs = await predictor.run(values, begin, count);
        for (const [name, { values: all }] of predicted) all.set(outputs.get(name)!, (begin * all.length) / length);
      }
      return { ...predicted[0]![1], outputs: Object.fromEntries(predicted) };
    },
    evaluate,
    async confusionMatrix(dataset, options = {}) {
      checkOptionNames('confusionMatrix', options, ['output', 'rows']);
      const { name, loss, prefix } = outputNamed('confusionMatrix', task, options.output);
      checkMeasurable(task, dataset);
      const rows = checkNumber('confusionMatrix', 'rows', options.rows ?? 1, { integer: true, min: 1 });
      const carries = carriedStates(task, 1).length > 0;
      const { run, outputs } = carries ? createPredictor({ ...common, rows: Math.min(rows, dataset.size) }) : predictor;
      const { shape } = outputs.find((output) => output.name === name)!;
      const ignoredLabel = ignoredLabelOf(loss);
      return confusionMatrix({
        dataset: prefix === '' ? dataset : withTarget(dataset, name),
        order: carries ? inRows(dataset.size, rows) : inPieces(dataset.size, chunk),
        most: carries ? rows : chunk,
        predict: async (input, length) => ({
          values: (await run(input, 0, length)).get(name)!,
          shape: [length, ...shape],
        }),
        ...(ignoredLabel === undefined ? {} : { ignoredLabel }),
      });
    },
    toOnnx: () => exportInference(task, parameters),
    toSafetensors: () => encodeSafetensors(parameters),
  };
  return model;
}
