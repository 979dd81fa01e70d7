/** What a command may know of the process that it runs in: the only place that reads the environment. */

import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { defaultCacheFolder } from '../data/cache-folder.node.ts';

export interface Surroundings {
  /** Data: what a program may read. */
  readonly out: (text: string) => void;
  /** Everything else: what a person reads. */
  readonly err: (text: string) => void;
  /** Whether a person's terminal shows `err`, one that can redraw a line. */
  readonly terminal: boolean;
  readonly colour: boolean;
  /** Characters in a line of the terminal, as it is now. */
  readonly width: () => number;
  /** Downloads and measurements are kept here. */
  readonly cacheFolder: string;
  readonly workingFolder: string;
}

/** From `NO_COLOR`, `TERM`, `COLUMNS`, `XDG_CACHE_HOME` and their like, and the streams of the process. */
export function surroundings(process: NodeJS.Process): Surroundings {
  const { env, stdout, stderr, platform } = process;
  const terminal = stderr.isTTY === true && env.TERM !== 'dumb';
  const given = Number(env.COLUMNS);
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    terminal,
    colour: terminal && (env.NO_COLOR ?? '') === '',
    width: () => (Number.isInteger(given) && given > 0 ? given : (stderr.columns ?? 80)),
    cacheFolder: defaultCacheFolder({ platform, home: homedir(), environment: env }),
    workingFolder: resolve('.'),
  };
}
