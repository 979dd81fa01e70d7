/**
 * Which process writes a run, and whether it still lives: a run whose process was killed says `running` for ever, and
 * only this tells it from one that runs.
 */

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** What run.json keeps of the process that writes it. */
export interface RunProcess {
  readonly pid: number;
  readonly host: string;
  /** When this process took the run up: at its beginning, or when it was resumed. */
  readonly since: string;
}

/** The process that runs this code, at the moment at which it takes a run up. */
export function thisProcess(now: Date = new Date()): RunProcess {
  return { pid: process.pid, host: hostname(), since: now.toISOString() };
}

/** `unknown` where the process ran on another machine, or nothing of it was recorded. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/** Whether a recorded process lives. */
export function livenessOf(recorded: RunProcess | undefined): Liveness {
  if (recorded === undefined || recorded.host !== hostname()) return 'unknown';
  try {
    process.kill(recorded.pid, 0);
  } catch (error) {
    // EPERM: it lives, and is another user's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return 'dead';
  }
  const born = birthOf(recorded.pid);
  // A number is given again after its process has ended: whoever was born later is somebody else.
  return born !== undefined && born > Date.parse(recorded.since) + clockSlack ? 'dead' : 'alive';
}

/** The system counts the start of a process in hundredths since its boot, and that in whole seconds. */
const clockSlack = 3000;
const ticksPerSecond = 100;

/** When a process began, in milliseconds since 1970; only Linux says. */
function birthOf(pid: number): number | undefined {
  try {
    const boot = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
    // The name, in brackets, may hold blanks; the start is the 20th field after it.
    const ticks = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19]);
    const born = (boot + ticks / ticksPerSecond) * 1000;
    return Number.isFinite(born) ? born : undefined;
  } catch {
    return undefined;
  }
}
