/** `dolina keys`: what `--set` may change in an experiment, what stands there, and what may. */

import { OptionError } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest.ts';
import { experimentSchema } from '../../train/experiment/schema.ts';
import { experimentToJson } from '../../train/experiment/to-json.ts';
import type { Arguments } from '../arguments.ts';
import { exitCodes } from '../exit-code.ts';
import { loadDefined } from '../load-experiment.ts';
import { type ExperimentPath, pathsBelow } from '../schema-walk.ts';
import { describeAlternatives, kindsOf } from '../set-value.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Command } from './command.ts';

async function run(given: Arguments, around: Surroundings): Promise<number> {
  const [name, prefix, more] = given.positionals;
  if (name === undefined || more !== undefined) {
    const what = name === undefined ? 'needs an experiment' : `takes no third operand, such as "${more}"`;
    throw new OptionError('usage', `"dolina keys" ${what}`, { mend: 'Give it as to "dolina train".' });
  }
  const { experiment, definitions } = await loadDefined(name, given.texts('set'));
  const schema = experimentSchema(definitions);
  const all = pathsBelow([schema], experimentToJson(experiment), schema).filter(
    // What kind a description is, the line of the description says.
    ({ path, schemas }) => path[0] !== '$schema' && !schemas.every((one) => 'const' in one),
  );
  const paths = all.map(({ path }) => path.join('.'));
  const shown = all.filter((_, i) => prefix === undefined || `${paths[i]}.`.startsWith(`${prefix}.`));
  if (shown.length === 0) {
    throw new OptionError('option/set', `there is no "${prefix}" in this experiment`, {
      place: 'dolina keys',
      mend: suggestion(
        prefix ?? '',
        paths.filter((path) => path.split('.').length <= (prefix ?? '').split('.').length),
      ),
    });
  }
  around.out(`${shown.flatMap((one) => line(one, one.path.join('.') === prefix)).join('\n')}\n`);
  return exitCodes.done;
}

/** A path, its value where it has one, and what may stand there. Of what has kinds, the kinds are told where asked for. */
function line({ path, schemas, value }: ExperimentPath, asked: boolean): readonly string[] {
  const below = typeof value === 'object' && value !== null;
  const kinds = kindsOf(schemas);
  const kind = below ? [...kinds].find(([, constants]) => isPartOf(constants, value)) : undefined;
  const now = below ? (kind === undefined ? (Array.isArray(value) ? '[…]' : '{…}') : kind[0]) : JSON.stringify(value);
  const may = schemas.length === 0 || (kind !== undefined && !asked) ? '' : `   (${describeAlternatives(schemas)})`;
  return [`${path.join('.')}${value === undefined ? '' : ` = ${now}`}${may}`];
}

function isPartOf(constants: object, value: object): boolean {
  return Object.entries(constants).every(([key, one]) => (value as Readonly<Record<string, unknown>>)[key] === one);
}

export const keysCommand: Command = {
  name: 'keys',
  operands: '<experiment> [path]',
  summary: 'Lists what --set may change in an experiment, or below a path of it.',
  options: {
    set: { value: 'path=value', help: 'change a part of it first', repeatable: true },
  },
  remarks: [
    'A line is a path, its value where it has one, and in brackets what may stand there. {…} and […] hold the paths that',
    'follow. What has no value is left out, or has a default. "dolina schema" tells more.',
  ].join('\n'),
  run,
};
