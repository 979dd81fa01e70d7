/** What commands are to the dispatcher: their names, their options, what they do; and groups of them. */

import { type Arguments, describeOptions, type OptionTable } from '../arguments.ts';
import type { Surroundings } from '../surroundings.ts';

export interface Command {
  /** As it is typed after `dolina`: `train`, `runs ls`. */
  readonly name: string;
  /** What stands after the name. */
  readonly operands: string;
  readonly summary: string;
  readonly options: OptionTable;
  /** What the help says after the options. */
  readonly remarks?: string;
  /** Does it; gives the exit code. */
  run(given: Arguments, around: Surroundings): Promise<number>;
}

/** Commands under one name, `dolina runs ls` and `dolina runs show`; the program itself is one as well. */
export interface CommandGroup {
  /** As it is typed after `dolina`; empty for the program itself. */
  readonly name: string;
  readonly summary: string;
  readonly members: readonly (Command | CommandGroup)[];
  /** What the help says after the members. */
  readonly remarks?: string;
}

export const commonOptions = {
  verbose: { help: 'show where an error was raised' },
  help: { help: 'show this and leave' },
} as const satisfies OptionTable;

export function helpText({ name, operands, summary, options, remarks }: Command): string {
  const head = `${['dolina', name, operands].join(' ').trimEnd()} [options]\n${summary}\n`;
  const end = remarks === undefined ? '' : `\n${remarks}\n`;
  return `${head}\nOptions:\n${describeOptions({ ...options, ...commonOptions })}\n${end}`;
}

/** What is typed last to call it: `ls` of `runs ls`. */
export function ownName({ name }: Command | CommandGroup): string {
  return name.split(' ').at(-1)!;
}

/** The members of a group, and what else it has to say. */
export function groupText({ name, summary, members, remarks }: CommandGroup): string {
  const rows = members.map((member) => {
    const operands = 'members' in member ? '<command>' : member.operands;
    return { left: `  ${ownName(member)} ${operands}`.trimEnd(), summary: member.summary };
  });
  const width = Math.max(...rows.map(({ left }) => left.length)) + 2;
  return [
    `${['dolina', name].join(' ').trimEnd()} <command>`,
    ...(summary === '' ? [] : [summary]),
    '',
    ...rows.map((row) => `${row.left.padEnd(width)}${row.summary}`),
    ...(remarks === undefined ? [] : ['', remarks]),
    '',
  ].join('\n');
}
