/** `dolina schema`: the JSON Schema of an experiment, by which editors complete and check. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OptionError } from '../../base/errors.ts';
import type { Arguments } from '../arguments.ts';
import { exitCodes } from '../exit-code.ts';
import { packageRoot } from '../package-manifest.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Command } from './command.ts';

const file = () => fileURLToPath(new URL('experiment.schema.json', packageRoot()));

async function run(given: Arguments, around: Surroundings): Promise<number> {
  const [operand] = given.positionals;
  if (operand !== undefined) {
    throw new OptionError('usage', `"${operand}" is one operand too many`, {
      place: 'dolina schema',
      mend: 'It takes none.',
    });
  }
  around.out(given.flag('path') ? `${file()}\n` : readFileSync(file(), 'utf8'));
  return exitCodes.done;
}

export const schemaCommand: Command = {
  name: 'schema',
  operands: '',
  summary: 'Prints the JSON Schema of an experiment.',
  options: { path: { help: 'print where the schema lies, for "$schema" at the top of an experiment' } },
  run,
};
