#!/usr/bin/env node
/** The program `dolina`: finds the command, runs it, and turns what comes of it into an exit code. */

import type { CommandGroup } from './command/command.ts';
import { dispatch } from './command/dispatch.ts';
import { evaluateCommand } from './command/evaluate.ts';
import { keysCommand } from './command/keys.ts';
import { lrFindCommand } from './command/lr-find.ts';
import { raceCommand } from './command/race.ts';
import { resumeCommand } from './command/resume.ts';
import { runsCommands } from './command/runs/group.ts';
import { schemaCommand } from './command/schema.ts';
import { trainCommand } from './command/train.ts';
import { errorText, exitCodeOf, exitCodes } from './exit-code.ts';
import { packageManifest } from './package-manifest.ts';
import { type Surroundings, surroundings } from './surroundings.ts';

const program: CommandGroup = {
  name: '',
  summary: '',
  members: [
    trainCommand,
    resumeCommand,
    evaluateCommand,
    lrFindCommand,
    raceCommand,
    runsCommands,
    keysCommand,
    schemaCommand,
  ],
  remarks: [
    '  --version             show the version and leave',
    '  --help                show this, or with a command its options',
  ].join('\n'),
};

async function main(args: readonly string[], around: Surroundings): Promise<number> {
  if (args[0] !== '--version') return dispatch(program, args, around);
  around.out(`${packageManifest().version}\n`);
  return exitCodes.done;
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
