/** What was given in code and has gone through JSON, which keeps its name only. */

import { OptionError } from '../../base/errors.ts';

/** The error for it. */
export function inCode(what: string): OptionError {
  return new OptionError('option/in-code', `${what} that was given in code, and JSON does not hold it`, {
    mend: 'Name the module that defines the experiment.',
  });
}
