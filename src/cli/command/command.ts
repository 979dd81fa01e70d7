/** What a command is to the dispatcher: its name, its options, and what it does. */

import { type Arguments, describeOptions, type OptionTable } from '../arguments.ts';
import type { Surroundings } from '../surroundings.ts';

export interface Command {
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

export const commonOptions = {
  verbose: { help: 'show where an error was raised' },
  help: { help: 'show this and leave' },
} as const satisfies OptionTable;

export function helpText({ name, operands, summary, options, remarks }: Command): string {
  const head = `dolina ${name} ${operands} [options]\n${summary}\n`;
  const end = remarks === undefined ? '' : `\n${remarks}\n`;
  return `${head}\nOptions:\n${describeOptions({ ...options, ...commonOptions })}\n${end}`;
}
