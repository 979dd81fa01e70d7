/**
 * Lets an engine compute θ ← aθ + bg on its threads: as the product of a 1 × 2 and a 2 × n matrix, which it reads and
 * writes in place in one pass. It takes the kernel's place only where it makes the kernel's bits, which the first steps
 * tell, and only while it is faster, which is timed from time to time: how the choice falls shows in no result.
 */

import { matmul } from '../graph/linear.ts';
import { trace } from '../graph/trace.ts';
import type { Combination, Combine } from '../rule/combination.ts';
import type { Binding, CompileOptions, Engine } from '../runtime/engine.ts';

/** From so many columns on: less lies in caches, and one thread is as fast as they are. */
const LARGE = 2 ** 22;
/** Columns whose bits are compared: enough that the engine takes all its threads. */
const COMPARED = 2 ** 18;
/** So many of them must tell something. */
const TELLING = 2 ** 10;
/** Comparisons that may tell too little, before the kernel is left alone. */
const ATTEMPTS = 16;
/** Steps that each way is timed for, in a row, since threads that have slept are slow to begin; the least counts. */
const TRIALS = 4;
/**
 * Steps from one timing to the next, at first and at most: a process that begins has other work for its second core, and
 * other work on the machine comes and goes.
 */
const PERIODS = { first: 32, most: 2048 };
/** The engine must be faster by this factor. */
const WORTH = 0.95;

export interface CombineOptions {
  /** Asked when the first product is compiled. */
  readonly settings: () => Promise<CompileOptions>;
  /** Fewer columns are left to the kernel. Default 2²², beyond what caches hold. */
  readonly columns?: number;
}

/** Combines rows of float32 on the engine where that pays. For the rows of one arena. */
export function combineOn(engine: Engine, { settings, columns: fewest = LARGE }: CombineOptions): Combine {
  const coefficients = new Float32Array(2);
  const least = { engine: 0, kernel: 0 };
  let product: Binding | undefined;
  let refused = engine.name !== 'cpu'; // Others copy what is bound to them, there and back.
  let [turn, period, attempts] = [0, PERIODS.first, 0];

  const bind = async (rows: Float32Array<ArrayBuffer>): Promise<Binding> => {
    const columns = rows.length / 2;
    const specs = {
      coefficients: { shape: [1, 2], dtype: 'float32' },
      rows: { shape: [2, columns], dtype: 'float32' },
    } as const;
    const graph = trace(specs, (tensors) => ({ sum: matmul(tensors.coefficients, tensors.rows) }));
    // Whether more threads than one pay is timed here, on the very rows.
    const { threads = 'most', ...others } = await settings();
    const program = await engine.compile(graph, { ...others, threads: threads === 'measured' ? 'most' : threads });
    return program.bind(new Map(Object.entries({ coefficients, rows, sum: rows.subarray(0, columns) })));
  };
  /**
   * One step by the kernel, and whether the engine makes the same of columns in which both numbers matter; `undefined` where
   * there are too few of them.
   */
  const compare = async ({ rows }: Combination, kernel: () => void): Promise<boolean | undefined> => {
    const columns = rows.length / 2;
    const compared = Math.min(COMPARED, columns);
    const at = new Uint32Array(compared);
    let found = 0;
    for (let i = 0; i < columns && found < compared; i++) {
      if (rows[i] !== 0 && rows[columns + i] !== 0) at[found++] = i;
    }
    if (found < Math.min(TELLING, columns)) {
      kernel();
      return undefined;
    }
    for (let i = found; i < compared; i++) at[i] = at[i - found]!;
    const sample = new Float32Array(2 * compared);
    for (let i = 0; i < compared; i++) {
      sample[i] = rows[at[i]!]!;
      sample[compared + i] = rows[columns + at[i]!]!;
    }
    kernel();
    await (await bind(sample)).run();
    const bits = (values: Float32Array, length: number) => new Uint32Array(values.buffer, values.byteOffset, length);
    const [kept, made] = [bits(rows, columns), bits(sample, compared)];
    return at.every((column, i) => kept[column] === made[i]);
  };
  /** Whether the product of a row by its factor was rounded in a step that was compared: it may be fused or not. */
  const shown = [false, false];
  const isShown = () => product !== undefined && shown.every((one, i) => one || !rounds(coefficients[i]!));
  const timed = async (way: keyof typeof least, run: () => unknown): Promise<void> => {
    const before = performance.now();
    await run();
    least[way] = Math.min(least[way], performance.now() - before);
  };
  const step = async (combination: Combination, kernel: () => void): Promise<void> => {
    if (!isShown()) {
      const same = await compare(combination, kernel);
      attempts++;
      if (same === true) {
        product ??= await bind(combination.rows);
        for (const i of [0, 1]) shown[i] ||= rounds(coefficients[i]!);
      }
      refused = same === false || (same === undefined && attempts >= ATTEMPTS);
      return;
    }
    if (turn === period) [turn, period] = [0, Math.min(2 * period, PERIODS.most)];
    if (turn === 0) least.engine = least.kernel = Number.POSITIVE_INFINITY;
    if (turn < 2 * TRIALS) await (turn < TRIALS ? timed('engine', () => product!.run()) : timed('kernel', kernel));
    else if (least.engine < WORTH * least.kernel) await product!.run();
    else kernel();
    turn++;
  };

  return (combination, kernel) => {
    if (!refused && combination.rows.length >= 2 * fewest) {
      coefficients.set(combination.coefficients);
      return step(combination, kernel);
    }
    kernel();
    return undefined;
  };
}

/** Whether products with a factor need rounding at all: those with 0 and the powers of two are exact. */
function rounds(factor: number): boolean {
  return (new Uint32Array(Float32Array.of(factor).buffer)[0]! & 0x7fffff) !== 0;
}
