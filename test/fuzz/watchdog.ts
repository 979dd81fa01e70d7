/**
 * Ends a process that hangs. A reader that never returns holds the thread, so no timer of its own could: another thread
 * watches, by the processor time that is spent and not by the clock, since others may use the machine.
 */

import { Worker } from 'node:worker_threads';

const program = `
  const { workerData: { beats, seconds } } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  const spent = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };
  let last = -1, since = spent();
  setInterval(() => {
    const beat = Atomics.load(beats, 0);
    if (beat !== last) { last = beat; since = spent(); return; }
    if (beat === 0 || spent() - since < seconds) return;
    writeSync(2, 'fuzz: case ' + (beat - 1) + ' of reader ' + Atomics.load(beats, 1) + ' hangs\\n');
    process.kill(process.pid, 'SIGKILL');
  }, 500);
`;

export interface Watchdog {
  /** Says that a case begins. */
  beat(reader: number, index: number): void;
  end(): Promise<void>;
}

/** Kills this process, having said on stderr which case it was, where one takes more processor time than that. */
export function watchdog(seconds: number): Watchdog {
  const beats = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(program, { eval: true, workerData: { beats, seconds } });
  worker.unref();
  return {
    beat(reader, index) {
      Atomics.store(beats, 1, reader);
      Atomics.store(beats, 0, index + 1);
    },
    async end() {
      Atomics.store(beats, 0, 0);
      await worker.terminate();
    },
  };
}
