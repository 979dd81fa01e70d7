#!/usr/bin/env node
/** The program `dolina`: finds the command, runs it, and turns what comes of it into an exit code. */

import { OptionError } from '../base/errors.ts';
import { suggestion } from '../base/nearest.ts';
import { readArguments } from './arguments.ts';
import { type Command, commonOptions, helpText } from './command/command.ts';
import { evaluateCommand } from './command/evaluate.ts';
import { keysCommand } from './command/keys.ts';
import { lrFindCommand } from './command/lr-find.ts';
import { raceCommand } from './command/race.ts';
import { schemaCommand } from './command/schema.ts';
import { trainCommand } from './command/train.ts';
import { errorText, exitCodeOf, exitCodes } from './exit-code.ts';
import { packageManifest } from './package-manifest.ts';
import { type Surroundings, surroundings } from './surroundings.ts';

const commands: readonly Command[] = [
  trainCommand,
  evaluateCommand,
  lrFindCommand,
  raceCommand,
  keysCommand,
  schemaCommand,
];

function overview(): string {
  const rows = commands.map(({ name, operands, summary }) => `  ${`${name} ${operands}`.padEnd(22)}${summary}`);
  return [
    'dolina <command>',
    '',
    ...rows,
    '',
    '  --version             show the version and leave',
    '  --help                show this, or with a command its options',
    '',
  ].join('\n');
}

async function main(args: readonly string[], around: Surroundings): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    around.err(overview());
    return exitCodes.usage;
  }
  if (name === '--version') {
    around.out(`${packageManifest().version}\n`);
    return exitCodes.done;
  }
  if (name === '--help' || name === 'help') {
    around.out(overview());
    return exitCodes.done;
  }
  const command = commands.find((one) => one.name === name);
  if (command === undefined) {
    const what = name.startsWith('-') ? 'option' : 'command';
    const known = what === 'option' ? ['--help', '--version'] : commands.map((one) => one.name);
    throw new OptionError('usage', `there is no ${what} "${name}"`, { mend: suggestion(name, known) });
  }
  const given = readArguments(name, rest, { ...command.options, ...commonOptions });
  if (given.flag('help')) {
    around.out(helpText(command));
    return exitCodes.done;
  }
  return command.run(given, around);
}

// A reader that closes early (`| head`) is no failure: what it would have read is dropped.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const around = surroundings(process);
try {
  process.exitCode = await main(process.argv.slice(2), around);
} catch (error) {
  around.err(errorText(error, process.argv.includes('--verbose')));
  process.exitCode = exitCodeOf(error);
}
