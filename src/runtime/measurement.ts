/** Timing candidates, and where the outcomes are remembered. */

import { type HostArray, hostArray } from '../base/dtype.ts';
import { key, RandomStream } from '../base/random.ts';
import { size } from '../base/shape.ts';
import type { TensorSpec } from '../graph/graph.ts';
import type { OnnxModel } from '../onnx/model.ts';
import type { BoundArray, Session } from './backend.ts';
import type { Binding, Measurements } from './engine.ts';

/**
 * Remembers which candidate was fastest, beyond the life of an engine. Keys name the engine's version, the processor,
 * the threads and the work.
 */
export interface MeasurementCache {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  /** All that it knows, so that an engine on another thread can know it too; `undefined` where that cannot be told. */
  entries?(): Measurements | undefined;
}

/** Milliseconds that one candidate may take, about, after its first run. */
const BUDGET = 80;
/**
 * The same for threads, and before it is half over none is given up: those that slept are slow to begin, and a process that
 * has just started has other work for its second core.
 */
const THREADS_BUDGET = 120;
const MOST_RUNS = 12;
/** Fewer would mistake a disturbance of the machine for a slow candidate. */
const LEAST_RUNS = 4;

/** A candidate is given up when two runs take so many times as long as the best before it. */
const HOPELESS = 1.6;

/**
 * The least time of a run, in milliseconds: what the work takes when nothing disturbs it. One that cannot come near
 * `best` is given up early.
 */
export async function leastTime(binding: Binding, best = Number.POSITIVE_INFINITY): Promise<number> {
  return timed(binding, (runs, least, spent) => {
    if (runs >= 2 && least > HOPELESS * best) return true;
    return runs >= MOST_RUNS || (runs >= LEAST_RUNS && spent > BUDGET);
  });
}

/** The same, to compare numbers of threads. */
export async function leastTimeOnThreads(binding: Binding, best = Number.POSITIVE_INFINITY): Promise<number> {
  return timed(binding, (runs, least, spent) => {
    if (runs >= 2 && least > HOPELESS * best && spent > THREADS_BUDGET / 2) return true;
    return runs >= LEAST_RUNS && spent > THREADS_BUDGET;
  });
}

async function timed(
  binding: Binding,
  enough: (runs: number, least: number, spent: number) => boolean,
): Promise<number> {
  // The first run allocates.
  await binding.run();
  let least = Number.POSITIVE_INFINITY;
  const start = performance.now();
  for (let runs = 1; ; runs++) {
    const before = performance.now();
    await binding.run();
    const after = performance.now();
    least = Math.min(least, after - before);
    if (enough(runs, least, after - start)) return least;
  }
}

/** Ties a session to arrays of its own, to be timed: floats in [-1, 1), integers 0 (a valid index of anything). */
export function bindTrial(session: Session, model: OnnxModel): Binding {
  const stream = new RandomStream(key(0));
  const trial = (ports: OnnxModel['inputs'], fill: boolean): ReadonlyMap<string, BoundArray> =>
    new Map(
      ports.map(({ name, dtype, shape }) => {
        const spec = { shape, dtype } as TensorSpec;
        const array = hostArray(spec.dtype, size(spec.shape));
        if (fill && spec.dtype === 'float32') fillUniform(array, stream);
        return [name, { spec, array }];
      }),
    );
  return session.bind(trial(model.inputs, true), trial(model.outputs, false));
}

/** A short random line, repeated: drawing millions of numbers would take longer than the measurement. */
function fillUniform(array: HostArray, stream: RandomStream): void {
  const period = Math.min(array.length, 4099);
  for (let i = 0; i < period; i++) array[i] = 2 * stream.uniform() - 1;
  for (let i = period; i < array.length; i++) array[i] = array[i - period]!;
}
