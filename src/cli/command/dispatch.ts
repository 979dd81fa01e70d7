/** From what was typed to the command that it names, through groups of commands, and to its exit code. */

import { OptionError } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest.ts';
import { readArguments } from '../arguments.ts';
import { exitCodes } from '../exit-code.ts';
import type { Surroundings } from '../surroundings.ts';
import { type CommandGroup, commonOptions, groupText, helpText, ownName } from './command.ts';

/** Runs the command of `group` that `args` begin with; `--help` and nothing at all show what there is. */
export async function dispatch(group: CommandGroup, args: readonly string[], around: Surroundings): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    around.err(groupText(group));
    return exitCodes.usage;
  }
  if (name === '--help' || name === 'help') {
    around.out(groupText(group));
    return exitCodes.done;
  }
  const member = group.members.find((one) => ownName(one) === name);
  if (member === undefined) {
    const what = name.startsWith('-') ? 'option' : 'command';
    const known =
      what === 'option' ? ['--help', ...(group.name === '' ? ['--version'] : [])] : group.members.map(ownName);
    const asked = group.name === '' || what === 'option' ? name : `${group.name} ${name}`;
    throw new OptionError('usage', `there is no ${what} "${asked}"`, { mend: suggestion(name, known) });
  }
  if ('members' in member) return dispatch(member, rest, around);
  const given = readArguments(member.name, rest, { ...member.options, ...commonOptions });
  if (given.flag('help')) {
    around.out(helpText(member));
    return exitCodes.done;
  }
  return member.run(given, around);
}
