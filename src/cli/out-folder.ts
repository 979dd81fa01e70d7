/** The folder of runs that `--out` names. */

import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { OptionError } from '../base/errors.ts';
import type { Arguments } from './arguments.ts';

/** `--out`, or "runs". Refused before any work is done where it, or what it would lie in, is a file. */
export function outFolder(given: Arguments): string {
  const folder = given.text('out') ?? 'runs';
  for (let path = resolve(folder); path !== dirname(path); path = dirname(path)) {
    if (!existsSync(path)) continue;
    if (statSync(path).isDirectory()) break;
    const what = path === resolve(folder) ? 'which is a file' : `and ${path} is a file`;
    throw new OptionError('usage', `--out is "${folder}", ${what}`, { mend: 'Name a folder for the runs.' });
  }
  return folder;
}
