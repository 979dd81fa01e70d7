/** An optimizer at work on an arena: the slots, the pre-step, the step and norms, on one of three executors. */

import { checkNumber, checkOneOf } from '../base/options.ts';
import { type Arena, type ArenaArray, type BufferSize, createArena, type ParameterSize } from './arena.ts';
import { type Executor, type ExecutorName, executorNames } from './executor.ts';
import { jsExecutor } from './executor-js.ts';
import { wasmExecutor } from './executor-wasm.ts';
import { runTape } from './fuse.ts';
import { type OptimizerPrograms, programsOf } from './program.ts';
import { definitionOf, type Optimizer } from './rule.ts';

/** What `createUpdater` takes. */
export interface UpdaterOptions<E extends ExecutorName = 'wasm'> {
  readonly optimizer: Optimizer;
  readonly parameters: readonly ParameterSize[];
  /** `'wasm'` (the default): one SIMD pass over float32. `'js'`: float32 and `'float64'`, the references. */
  readonly executor?: E;
  /** Lets products be added without rounding where relaxed SIMD is valid (default true); results then differ by that. */
  readonly fusedMultiplyAdd?: boolean;
  /** Further buffers in the arena's memory. */
  readonly buffers?: readonly BufferSize[];
}

/** What changes from step to step: data only, nothing is compiled for it. */
export interface StepInput {
  /** The number of this update, from 1: bias corrections count from it. */
  readonly step: number;
  /** Every hyper-parameter of the optimizer, as a number. */
  readonly hyper: Readonly<Record<string, number>>;
  /** Every gradient is multiplied by it on the way in (default 1): clipping. */
  readonly gradientScale?: number;
}

/** An optimizer with its memory; `createUpdater` makes one. */
export interface Updater<A extends ArenaArray = Float32Array<ArrayBuffer>> {
  readonly optimizer: Optimizer;
  readonly executor: ExecutorName;
  /** Whether relaxed multiply-add is in use; a run records it. */
  readonly fusedMultiplyAdd: boolean;
  /** Regions: `theta`, `gradient`, each slot by its name, and `interim` where the rule has an interim point. */
  readonly arena: Arena<A>;
  /** Names of the slots that are kept. */
  readonly slots: readonly string[];
  /** The region at which the gradient is to be taken. */
  readonly gradientAt: 'theta' | 'interim';
  /** Writes the interim point of the update that follows; does nothing where the rule has none. */
  prepare(input: Omit<StepInput, 'gradientScale'>): void;
  /** One update of every parameter and slot, from the region `gradient`. */
  step(input: StepInput): void;
  /** Σx² of a region, or of one parameter in it, right to 1e-6 or better: infinite or NaN exactly where an element is. */
  sumOfSquares(region: string, parameter?: string): number;
  /** Sets every slot to the value it starts from. */
  resetSlots(): void;
  /** How often compiled kernels have run, counted by the executor itself. */
  kernelRuns(): number;
}

type ArrayOf<E> = E extends 'float64' ? Float64Array<ArrayBuffer> : Float32Array<ArrayBuffer>;

/** The arena's buffer that hands uniform scalars to the kernels. */
const uniformBuffer = 'uniform scalars';

/**
 * Lays out an arena for the parameters and compiles the optimizer's rule for it, once: hyper-parameters, step and
 * clipping are data of each step.
 *
 * ```ts
 * const updater = createUpdater({ optimizer: momentum({ learningRate: 0.1 }), parameters: [{ name: 'w', size: 3 }] });
 * updater.arena.view('theta', 'w').set([1, 2, 3]);
 * updater.arena.view('gradient', 'w').set([1, 1, 1]);
 * updater.step({ step: 1, hyper: { learningRate: 0.1, momentum: 0.9 } }); // theta: 0.9, 1.9, 2.9
 * ```
 *
 * A step throws an OptionError for a hyper-parameter that is missing or out of its range.
 */
export function createUpdater<E extends ExecutorName = 'wasm'>(options: UpdaterOptions<E>): Updater<ArrayOf<E>> {
  const { optimizer, parameters, fusedMultiplyAdd = true, buffers = [] } = options;
  const name = checkOneOf('createUpdater', 'executor', options.executor ?? 'wasm', executorNames);
  const programs = programsOf(optimizer);
  const slots = Object.keys(programs.slots);
  const regions = ['theta', 'gradient', ...slots, ...(programs.interim ? ['interim'] : [])];
  const reserved = { name: uniformBuffer, bytes: 4 * uniformCount(programs) };
  const layout = { parameters, regions, buffers: [...buffers, reserved] };

  const arena = createArena(layout, name === 'float64' ? 'float64' : 'float32');
  const executor: Executor =
    name === 'wasm'
      ? wasmExecutor(programs, arena as Arena, { fusedMultiplyAdd, uniforms: arena.buffer(uniformBuffer) })
      : jsExecutor(programs, arena);

  const inputs: Record<string, number> = { step: 0, gradientScale: 1 };
  const ranges = Object.entries(definitionOf(optimizer).hyper);
  const take = ({ step, hyper }: Omit<StepInput, 'gradientScale'>): void => {
    inputs.step = checkNumber(optimizer.optimizer, 'step', step, { min: 1, integer: true });
    for (const [hyperName, range] of ranges) {
      inputs[hyperName] = checkNumber(optimizer.optimizer, hyperName, hyper[hyperName], range);
    }
  };
  const run = (which: 'update' | 'interim', tapeValues: Float64Array): void => {
    const program = programs[which]!;
    runTape(program.tape, inputs, tapeValues);
    for (let i = 0; i < program.uniforms.length; i++) {
      executor.uniforms[which][i] = tapeValues[program.uniforms[i]!.entry]!;
    }
    executor.run(which);
  };
  const updateTape = new Float64Array(programs.update.tape.length);
  const interimTape = new Float64Array(programs.interim?.tape.length ?? 0);

  const updater: Updater<ArenaArray> = {
    optimizer,
    executor: name,
    fusedMultiplyAdd: executor.fusedMultiplyAdd,
    arena,
    slots,
    gradientAt: programs.interim ? 'interim' : 'theta',
    prepare: (input) => {
      if (!programs.interim) return;
      take(input);
      run('interim', interimTape);
    },
    step: (input) => {
      take(input);
      inputs.gradientScale = input.gradientScale ?? 1;
      run('update', updateTape);
    },
    sumOfSquares: (region, parameter) => {
      let sum = 0;
      for (const { name: one, size } of parameters) {
        if (parameter === undefined || parameter === one) sum += executor.sumOfSquares(region, arena.offset(one), size);
      }
      return sum;
    },
    resetSlots: () => {
      for (const [slot, start] of Object.entries(programs.slots)) {
        for (const { name: one } of parameters) arena.view(slot, one).fill(start);
      }
    },
    kernelRuns: executor.runs,
  };
  updater.resetSlots();
  return updater as Updater<ArrayOf<E>>;
}

function uniformCount({ update, interim }: OptimizerPrograms): number {
  return update.uniforms.length + (interim?.uniforms.length ?? 0);
}
