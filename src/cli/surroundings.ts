/** What a command may know of the process that it runs in: the only place that reads the environment. */

import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
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
  /** Characters in a line of what shows `out`: without end where no terminal does. */
  readonly outWidth: () => number;
  /** Lines that what shows `out` has. */
  readonly outHeight: () => number;
  readonly outTerminal: boolean;
  readonly outColour: boolean;
  /** Asks the person at the terminal; `undefined` where there is none. */
  readonly ask: (question: string) => Promise<string | undefined>;
  /** Downloads and measurements are kept here. */
  readonly cacheFolder: string;
  readonly workingFolder: string;
}

/** From `NO_COLOR`, `TERM`, `COLUMNS`, `XDG_CACHE_HOME` and their like, and the streams of the process. */
export function surroundings(process: NodeJS.Process): Surroundings {
  const { env, stdin, stdout, stderr, platform } = process;
  const terminal = stderr.isTTY === true && env.TERM !== 'dumb';
  const outTerminal = stdout.isTTY === true && env.TERM !== 'dumb';
  const plain = (env.NO_COLOR ?? '') !== '';
  const given = Number.isInteger(Number(env.COLUMNS)) && Number(env.COLUMNS) > 0 ? Number(env.COLUMNS) : undefined;
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    terminal,
    colour: terminal && !plain,
    width: () => given ?? stderr.columns ?? 80,
    outWidth: () => given ?? (stdout.isTTY === true ? (stdout.columns ?? 80) : Number.POSITIVE_INFINITY),
    outHeight: () => stdout.rows ?? 40,
    outTerminal,
    outColour: outTerminal && !plain,
    async ask(question) {
      if (stdin.isTTY !== true) return undefined;
      const reader = createInterface({ input: stdin, output: stderr });
      try {
        return await reader.question(question);
      } finally {
        reader.close();
      }
    },
    cacheFolder: defaultCacheFolder({ platform, home: homedir(), environment: env }),
    workingFolder: resolve('.'),
  };
}
