import { OptionError } from '../../base/errors.ts';
import type { Arguments } from '../arguments.ts';

/** The one operand of a command; refuses none and more. */
export function oneOperand(command: string, what: string, { positionals }: Arguments, mend: string): string {
  const [first, second] = positionals;
  if (first === undefined) throw new OptionError('usage', `"dolina ${command}" needs ${what}`, { mend });
  if (second !== undefined) {
    throw new OptionError('usage', `"${second}" is one operand too many`, {
      place: `dolina ${command}`,
      mend: `It takes ${what}.`,
    });
  }
  return first;
}
