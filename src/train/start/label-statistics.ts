import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { checkOptionNames } from '../../base/options.ts';
import { size } from '../../base/shape.ts';
import { visitBlocks } from '../../data/blocks.ts';
import type { Dataset } from '../../data/dataset.ts';
import { withTarget } from '../../data/with-target.ts';
import { bestConstant, targetsOf } from '../../nn/loss/table.ts';
import { behindForm } from '../../nn/weighted-sums.ts';
import { checkModelOutputs, outputsOf } from '../task-outputs.ts';
import { traceWeights } from '../trace-weights.ts';
import type { StartRow } from './start.ts';

/** Description of a start of the output biases. */
export interface LabelStatistics {
  readonly start: 'labelStatistics';
}

/**
 * The biases of the output layer start at the statistics of the training set's targets, as the loss would have them if
 * the output could not depend on the input (`bestConstant`): the log frequencies of the classes for
 * `softmaxCrossEntropy`, one added to each count, so that a class without examples gets no infinite bias; the log odds for
 * `binaryCrossEntropy`; the means for `meanSquare`.
 *
 * The first steps then need not learn how frequent the classes are. The initial output is those statistics but for what
 * the weights of the output layer add, which is little where they are small.
 *
 * Goodfellow, Bengio, Courville, "Deep Learning", section 8.4.
 *
 * @example const parameters = await firstParameters({ model, training, loss, start: labelStatistics(), engine });
 */
export function labelStatistics(options: Readonly<Record<string, never>> = {}): LabelStatistics {
  checkOptionNames('labelStatistics', options, []);
  return frozen({ start: 'labelStatistics' });
}

export const labelStatisticsRow: StartRow<LabelStatistics> = {
  options: {},
  read: (options) => labelStatistics(options as Readonly<Record<string, never>>),
  async apply(_, { task, training, parameters }) {
    const { builder, outputs, sums } = traceWeights(task, 1);
    checkModelOutputs(outputs.keys(), task);
    for (const { name, loss, prefix } of outputsOf(task)) {
      const top = behindForm(builder, outputs.get(name)!.id);
      const sum = sums.find((each) => each.output.id === top && each.bias !== undefined);
      if (sum === undefined) {
        const which = prefix === '' ? "the model's output" : `the output "${name}"`;
        throw new OptionError('start/no-output-bias', `${which} is no weighted sum with a bias`, {
          place: 'labelStatistics',
          mend: 'End the model with dense(…) or conv2d(…), its bias on, and leave softmax and sigmoid to the loss.',
        });
      }
      const dataset = prefix === '' ? training : withTarget(training, name);
      // Numbers of one example that belong to one unit and lie side by side: the image of a channel.
      const run = size(sum.output.shape.slice(sum.outputAxis + 1));
      const classes = targetsOf(loss) === 'classes';
      const targets = classes ? readTargets(dataset, 1, 1) : readTargets(dataset, run, sum.units);
      parameters.get(sum.bias!)!.set(bestConstant(loss, targets, sum.units));
    }
  },
};

/** All targets, with those of one unit `units` apart; stored, they lie in runs of `run`. */
function readTargets(dataset: Dataset, run: number, units: number): Float32Array {
  const width = size(dataset.target.shape);
  const all = new Float32Array(dataset.size * width);
  visitBlocks(dataset, (_, target, start, count) => {
    all.set(target.subarray(0, count * width), start * width);
  });
  if (run === 1) return all;
  const turned = new Float32Array(all.length);
  for (let i = 0; i < all.length; i++) {
    const unit = Math.floor(i / run) % units;
    const row = Math.floor(i / (run * units)) * run + (i % run);
    turned[row * units + unit] = all[i]!;
  }
  return turned;
}
