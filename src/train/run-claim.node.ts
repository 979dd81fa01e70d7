/** One process at a time writes a run: whoever takes it up says so first. */

import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OptionError } from '../base/errors.ts';
import { livenessOf, type RunProcess, thisProcess } from './run-process.node.ts';
import type { RunRecord } from './run-record.node.ts';
import { storing } from './write-whole.node.ts';

const claimFile = 'taken-up';
/** Milliseconds after which a claim is one that was cut off, whoever made it. */
const patience = 10_000;
/** Milliseconds within which a process writes what it is into its claim. */
const writingMs = 200;

/** Throws an OptionError `run/running` where another process writes the run. */
export function refuseRunning({ status, process: recorded }: RunRecord, path: string): void {
  if (status === 'running' && recorded?.pid !== process.pid && livenessOf(recorded) === 'alive') {
    throw running(path, `process ${recorded?.pid} is writing this run`);
  }
}

/**
 * Does what takes a run up, up to the moment at which run.json says who writes it; of several processes that try at once,
 * one does, and the others are refused with `run/running`.
 */
export function takingUp<T>(path: string, take: () => T): T {
  const claim = join(path, claimFile);
  storing(claim, () => {
    if (!begins(claim)) {
      const other = holderOf(claim);
      if (other === 'nobody') rmSync(claim, { force: true });
      if (other !== 'nobody' || !begins(claim)) throw running(path, 'another process is taking this run up');
    }
  });
  try {
    return take();
  } finally {
    rmSync(claim, { force: true });
  }
}

/** Whether the claim was there for nobody else. */
function begins(claim: string): boolean {
  try {
    writeFileSync(claim, JSON.stringify(thisProcess()), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** `nobody` where the process of the claim was killed in between: taking up a run is a matter of milliseconds. */
function holderOf(claim: string): 'nobody' | 'somebody' {
  try {
    if (Date.now() - statSync(claim).mtimeMs > patience) return 'nobody';
    let text = readFileSync(claim, 'utf8');
    if (text === '') {
      // Whoever lives writes into a claim as soon as it has made it.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, writingMs);
      text = readFileSync(claim, 'utf8');
      if (text === '') return 'nobody';
    }
    return livenessOf(JSON.parse(text) as RunProcess) === 'dead' ? 'nobody' : 'somebody';
  } catch {
    // It was taken away just now, or says nothing that can be read.
    return 'nobody';
  }
}

function running(path: string, what: string): OptionError {
  return new OptionError('run/running', what, {
    place: path,
    mend: 'Wait until it has ended, or stop it first: two would write over each other.',
  });
}
