/** What a run would be, without running it: the resolved experiment, the layers, and the memory they need. */

import { key } from '../base/random.ts';
import { showShape, size } from '../base/shape.ts';
import { createBatches } from '../data/batches.ts';
import type { ModelDescription } from '../nn/describe.ts';
import { createUpdater } from '../rule/updater.ts';
import { experimentToJson } from '../train/experiment/to-json.ts';
import type { Experiment } from '../train/experiment.ts';
import { compactJson } from './compact-json.ts';
import type { LoadedData } from './load-data.ts';
import { formatNumber } from './present/number-format.ts';

export function dryRunText(experiment: Experiment, data: LoadedData, model: ModelDescription): string {
  const { training, validation, test } = data;
  const sets = Object.entries({ training, validation, test }).flatMap(([name, set]) =>
    set === undefined ? [] : `${set.size} ${name}`,
  );
  const batch = model.input.shape[0]!;
  const { sampler, dropLast, seed } = experiment;
  const { stepsPerEpoch: steps } = createBatches({
    size: training.size,
    batchSize: batch,
    sampler,
    dropLast,
    key: key(seed),
  });
  const facts: readonly (readonly [string, string])[] = [
    ['data', data.source],
    ['examples', sets.join(', ')],
    ['steps', `${steps} of ${batch} examples an epoch, ${Math.round(steps * experiment.epochs)} in all`],
    ['parameters', String(model.parameterCount)],
    ['work', `${formatNumber(model.multiplyAdds)} multiply-adds forward for one example`],
    ['memory', memoryText(experiment, model)],
  ];
  const config = compactJson(experimentToJson(experiment));
  return `${config}\n\n${layerTable(model)}\n\n${facts.map(([name, fact]) => `${name.padEnd(12)}${fact}`).join('\n')}\n`;
}

function layerTable({ layers }: ModelDescription): string {
  const head = ['layer', 'kind', 'output', 'parameters', 'multiply-adds', 'memory'];
  const rows = layers.map(({ name, kind, output, parameters, multiplyAdds }) => [
    name,
    kind,
    showShape(output),
    String(parameters),
    formatNumber(multiplyAdds),
    bytesText(4 * size(output)),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (i < 3 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return [line(head), ...rows.map(line)].join('\n').replaceAll(/ +$/gm, '');
}

function memoryText({ optimizer }: Experiment, { parameters, layers }: ModelDescription): string {
  const sizes = parameters.map(({ name, count }) => ({ name, size: count }));
  const { arena } = createUpdater({ optimizer, parameters: sizes, executor: 'js' });
  const activations = layers.reduce((sum, { output }) => sum + 4 * size(output), 0);
  const regions = `${arena.regions.length} × the parameters: ${arena.regions.join(', ')}`;
  return `${bytesText(arena.memory.buffer.byteLength)} (${regions}) + about ${bytesText(2 * activations)} of activations and their gradients`;
}

function bytesText(bytes: number): string {
  return bytes < 1e6 ? `${formatNumber(bytes / 1e3)} kB` : `${formatNumber(bytes / 1e6)} MB`;
}
