/** Metrics of a model with several outputs, by the name of the output and then by their own. */

import { OptionError, under } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { type JsonSchema, refer } from '../../base/json-schema.ts';
import { suggestion } from '../../base/nearest.ts';
import { shown } from '../../base/shown.ts';
import type { Loss } from '../loss/loss.ts';
import { isLoss, type LossPerOutput } from '../loss/per-output.ts';
import type { Metric } from './metric.ts';
import { readMetric } from './table.ts';

/** Measures of one output, by the name that they are reported under: `{ error: zeroOne() }`. */
export type Metrics = Readonly<Record<string, Metric>>;

/** Those of several outputs: `{ digit: { error: zeroOne() }, size: { distance: meanAbsoluteError() } }`. */
export type MetricsPerOutput = Readonly<Record<string, Metrics>>;

const ofOneOutput: JsonSchema = {
  type: 'object',
  additionalProperties: refer('metric'),
  propertyNames: { not: { const: 'loss' } },
  $comment: 'metrics under names: { "error": { "metric": "zeroOne" } }',
};

/** What JSON may hold as metrics: those of one output, or of several by output. */
export const metricsSchema: JsonSchema = {
  anyOf: [ofOneOutput, { type: 'object', additionalProperties: ofOneOutput, $comment: 'the same for each output' }],
};

/** Checks plain values and gives the metrics that they describe; where `loss` is one for each output, so are they. */
export function readMetrics(value: unknown, loss: Loss | LossPerOutput): Metrics | MetricsPerOutput {
  const given = entriesOf('metrics', value, isLoss(loss) ? flat : nested);
  if (isLoss(loss)) return frozen(readOwn('metrics', given));
  const outputs = Object.keys(loss);
  return frozen(
    Object.fromEntries(
      given.map(([output, own]) => {
        const ofOutput = entriesOf(`metrics.${output}`, own, nested);
        if (!outputs.includes(output)) {
          throw new OptionError('option/outputs', `there is no loss for the output "${output}"`, {
            place: 'metrics',
            mend: suggestion(output, outputs),
          });
        }
        return [output, readOwn(`metrics.${output}`, ofOutput)];
      }),
    ),
  );
}

/** Metrics of one output of a loss. */
export function metricsOf(metrics: Metrics | MetricsPerOutput, output: string): Metrics {
  return Object.hasOwn(metrics, output) ? (metrics as MetricsPerOutput)[output]! : {};
}

const flat = '{ error: zeroOne() }';
const nested = '{ digit: { error: zeroOne() } }, since the loss is given by output';

function entriesOf(place: string, value: unknown, such: string): [string, unknown][] {
  const isMetric = typeof (value as Partial<Metric> | null)?.metric === 'string';
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !isMetric) return Object.entries(value);
  throw new OptionError('option/form', `${place} is ${shown(value)}`, {
    mend: `Give metrics under names: ${such}.`,
  });
}

function readOwn(place: string, entries: readonly (readonly [string, unknown])[]): Metrics {
  return Object.fromEntries(
    entries.map(([name, metric]) => {
      if (name !== 'loss') return [name, under(`${place}.${name}`, () => readMetric(metric))];
      throw new OptionError('option/name', 'a metric is named "loss"', {
        place,
        mend: 'Give it another name: the loss is reported under this one.',
      });
    }),
  );
}
