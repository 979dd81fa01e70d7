/** Where this kind of system keeps caches. A pure function: the command line hands in what it knows of the machine. */

import { posix, win32 } from 'node:path';

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * `XDG_CACHE_HOME/dolina` or `~/.cache/dolina`; `~/Library/Caches/dolina` on macOS; `LOCALAPPDATA\dolina\cache` on
 * Windows. A relative `XDG_CACHE_HOME` is ignored, as its specification asks.
 */
export function defaultCacheFolder({ platform, home, environment }: Machine): string {
  if (platform === 'win32') {
    const local = environment.LOCALAPPDATA || win32.join(home, 'AppData', 'Local');
    return win32.join(local, 'dolina', 'cache');
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Caches', 'dolina');
  const xdg = environment.XDG_CACHE_HOME ?? '';
  return posix.join(posix.isAbsolute(xdg) ? xdg : posix.join(home, '.cache'), 'dolina');
}
