/** An optimizer at work on an arena: the slots, the pre-step, the step, averages and norms, on one of three executors. */

import { OptionError } from '../base/errors.ts';
import { checkNumber, checkOneOf } from '../base/options.ts';
import type { ThreadPool } from '../base/thread-pool.ts';
import { type Arena, type ArenaArray, type BufferSize, createArena, type ParameterSize } from './arena.ts';
import { createControls, matrixOf, type ParameterControl, type Segment, segmentation } from './control.ts';
import { type Executor, type ExecutorName, executorNames, type Programs } from './executor.ts';
import { jsExecutor } from './executor-js.ts';
import { scalarBytes, wasmExecutor } from './executor-wasm.ts';
import { add, constant, element, input, mul, sub } from './expression.ts';
import { type FusedProgram, fuse, runTape } from './fuse.ts';
import { newtonSchulz } from './newton-schulz.ts';
import { boundedNormsProgram, type OptimizerPrograms, programsOf } from './program.ts';
import { definitionOf, type Optimizer } from './rule.ts';
import { boundsOf, type Schedule } from './schedule.ts';
import { matrixRegion, orthogonalRegion } from './stages.ts';

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
  /** Weight decay may be given by `ParameterControl.hyper` where the optimizer has none. Default false. */
  readonly decays?: boolean;
  /** Elements of the gradient are brought between ±`gradientBound`. Default false. */
  readonly boundsGradient?: boolean;
  /** Keeps a region `average`, which `average` moves towards θ. Default false. */
  readonly averages?: boolean;
  /** Keeps a region `accumulated`, in which `accumulate` adds gradients up. Default false. */
  readonly accumulates?: boolean;
  /** Makes matrices orthogonal for rules that need it; by default in JavaScript, which is slow for large ones. */
  readonly orthogonalize?: Orthogonalize;
  /** Threads that share passes over large regions, as an engine has them (`engine.pool`). Default none. */
  readonly pool?: ThreadPool | undefined;
  /** Threads of the pool that may take part, this one among them; asked at each pass. Default 1. */
  readonly threads?: () => number;
}

/** One parameter's matrix, and where the orthogonal one goes; both views on the arena. */
export interface MatrixTask<A extends ArenaArray = ArenaArray> {
  readonly parameter: string;
  readonly rows: number;
  readonly columns: number;
  readonly matrix: A;
  readonly orthogonal: A;
}

/** Makes each matrix orthogonal; a promise where that takes an engine. */
export type Orthogonalize = (tasks: readonly MatrixTask[]) => Promise<void> | undefined;

/** What changes from step to step: data only, nothing is compiled for it. */
export interface StepInput {
  /** The number of this update, from 1: bias corrections count from it, less the steps that a parameter was frozen. */
  readonly step: number;
  /** Every hyper-parameter of the optimizer, as a number. */
  readonly hyper: Readonly<Record<string, number>>;
  /** Every gradient is multiplied by it on the way in (default 1): clipping. */
  readonly gradientScale?: number;
  /** The loss where the gradient was taken; only rules that read it need it. */
  readonly loss?: number;
  /** The bound of a gradient's elements, where the updater bounds them. Default none. */
  readonly gradientBound?: number;
}

/** An optimizer with its memory; `createUpdater` makes one. */
export interface Updater<A extends ArenaArray = Float32Array<ArrayBuffer>> {
  readonly optimizer: Optimizer;
  readonly executor: ExecutorName;
  /** Whether relaxed multiply-add is in use; a run records it. */
  readonly fusedMultiplyAdd: boolean;
  /** Regions: `theta`, `gradient`, each slot by its name, `interim` where the rule has an interim point. */
  readonly arena: Arena<A>;
  /** Names of the slots that are kept. */
  readonly slots: readonly string[];
  /** The numbers that the rule keeps from step to step; to be written when a state is loaded. */
  readonly scalars: Record<string, number>;
  /** What is set for each parameter by itself, in the order of the parameters. */
  readonly controls: readonly ParameterControl[];
  /** The region at which the gradient is to be taken. */
  readonly gradientAt: 'theta' | 'interim';
  /** Writes the interim point of the update that follows; does nothing where the rule has none. */
  prepare(input: Omit<StepInput, 'gradientScale'>): void;
  /**
   * One update of every trainable parameter and its slots, from the region `gradient`. Gives a promise only where an
   * engine makes matrices orthogonal.
   */
  step(input: StepInput): Promise<void> | undefined;
  /** accumulated ← accumulated + weight · gradient. */
  accumulate(weight: number): void;
  /** gradient ← accumulated + weight · gradient; accumulated ← 0. */
  collect(weight: number): void;
  /** average ← average + weight · (θ − average); θ to the bit where the weight is 1, whatever the average was. */
  average(weight: number): void;
  /** Σx² of a region, or of one parameter in it, right to 1e-6 or better: infinite or NaN exactly where an element is. */
  sumOfSquares(region: string, parameter?: string): number;
  /**
   * Norms of a parameter's gradient as its control scales it: between its bounds, and without them. Of one pass, so that
   * they are equal exactly where no element is out of bounds. Only where the updater bounds gradients.
   */
  boundedNorms(parameter: string): { readonly bounded: number; readonly whole: number };
  /** Sets every slot and scalar to the value it starts from, and forgets that parameters were frozen. */
  resetSlots(): void;
  /** How often compiled kernels have run, counted by the executor itself. */
  kernelRuns(): number;
}

type ArrayOf<E> = E extends 'float64' ? Float64Array<ArrayBuffer> : Float32Array<ArrayBuffer>;

/** The arena's buffer that hands uniform scalars to the kernels, and sums back. */
const scalarBuffer = 'scalars';

const weight = input('weight');

/** Programs that every optimizer has where they are asked for. */
const accumulatePrograms = {
  accumulate: fuse('accumulate', {
    accumulated: add(element('accumulated'), mul(weight, element('gradient'))),
  }),
  collect: fuse('collect', {
    gradient: add(element('accumulated'), mul(weight, element('gradient'))),
    accumulated: constant(0),
  }),
} as const satisfies Programs;

const averageProgram = fuse('average', {
  average: add(element('average'), mul(weight, sub(element('theta'), element('average')))),
});

/**
 * Lays out an arena for the parameters and compiles the optimizer's rule for it, once: hyper-parameters, step, clipping,
 * groups and freezing are data of each step.
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
  const decays = options.decays === true || optimizer.weightDecay !== undefined;
  const rule = programsOf(optimizer, { decays, boundsGradient: options.boundsGradient ?? false });
  const programs = allPrograms(rule, options);
  const slots = Object.keys(rule.slots);
  const regions = [
    ...['theta', 'gradient', ...slots, ...rule.scratch],
    ...(rule.interim ? ['interim'] : []),
    ...(options.averages ? ['average'] : []),
    ...(options.accumulates ? ['accumulated'] : []),
  ];
  const reserved = { name: scalarBuffer, bytes: scalarBytes(programs) };
  // The references run on one thread and leave the memory to be as it is by default.
  const pool = name === 'wasm' ? options.pool : undefined;
  const layout = { parameters, regions, buffers: [...buffers, reserved], allocate: pool?.allocate };
  const arena = createArena(layout, name === 'float64' ? 'float64' : 'float32');
  const executor: Executor =
    name === 'wasm'
      ? wasmExecutor(programs, arena as Arena, {
          ...{ fusedMultiplyAdd, scalars: arena.buffer(scalarBuffer) },
          ...{ pool, threads: options.threads ?? (() => 1) },
        })
      : jsExecutor(programs, arena);

  const sizes = new Map(parameters.map(({ name: one, size }) => [one, size]));
  const controls = createControls(parameters);
  const moving = segmentation(controls, arena, rule.eachParameter);
  const resting = segmentation(controls, arena, true, false);
  const scalars: Record<string, number> = { ...rule.scalars };
  const ranges = Object.entries(definitionOf(optimizer).hyper);
  const largestRate = boundsOf((optimizer.learningRate ?? 1) as number | Schedule)[1];
  const tapes = new Map(Object.entries(programs).map(([key, { tape }]) => [key, new Float64Array(tape.length)]));
  const scalarTape = new Float64Array(rule.nextScalars.tape.length);
  const simpleInputs: Record<string, number> = { weight: 0 };

  const fill = (inputs: Record<string, number>, given: StepInput, control?: ParameterControl): void => {
    const hyper = control?.hyper ?? given.hyper;
    inputs.step =
      checkNumber(optimizer.optimizer, 'step', given.step, { min: 1, integer: true }) - (control?.skipped ?? 0);
    for (const [hyperName, range] of ranges) {
      inputs[hyperName] = checkNumber(optimizer.optimizer, hyperName, hyper[hyperName], range);
    }
    if (decays) {
      inputs.weightDecay = checkNumber(optimizer.optimizer, 'weightDecay', hyper.weightDecay ?? 0, { min: 0 });
    }
    inputs.gradientScale = (given.gradientScale ?? 1) * (control?.gradientScale ?? 1);
    inputs.gradientBound = control?.gradientBound ?? given.gradientBound ?? Number.POSITIVE_INFINITY;
    if (rule.readsLoss) inputs.loss = checkLoss(optimizer.optimizer, given.loss);
    inputs.scheduleMultiplier = largestRate > 0 ? (given.hyper.learningRate ?? 1) / largestRate : 1;
    for (const scalar in scalars) inputs[scalar] = scalars[scalar]!;
  };
  const writeUniforms = (key: string, program: FusedProgram, inputs: Readonly<Record<string, number>>): void => {
    const tape = tapes.get(key)!;
    runTape(program.tape, inputs, tape);
    const uniforms = executor.uniforms(key);
    for (let i = 0; i < program.uniforms.length; i++) uniforms[i] = tape[program.uniforms[i]!.entry]!;
  };
  const runOn = (key: string, { begin, end, inputs }: Segment): void => {
    writeUniforms(key, programs[key]!, inputs);
    executor.run(key, begin, end);
  };
  const asked = (key: keyof typeof optionOf): FusedProgram => {
    const program = programs[key];
    if (program !== undefined) return program;
    throw new OptionError('option/missing', `${key} was not asked for`, {
      place: 'updater',
      mend: `Give { ${optionOf[key]}: true } to createUpdater.`,
    });
  };
  const runSimple = (key: keyof typeof optionOf, value: number): void => {
    const program = asked(key);
    simpleInputs.weight = value;
    writeUniforms(key, program, simpleInputs);
    executor.run(key, 0, arena.length);
  };
  const writeInterim = (given: StepInput): void => {
    for (const segment of moving()) {
      fill(segment.inputs, given, segment.control);
      runOn('interim', segment);
    }
    for (const { control } of resting()) {
      arena.view('interim', control.name).set(arena.view('theta', control.name));
    }
  };
  const normStage = (key: string, segments: readonly Segment[]): void => {
    const program = programs[key]!;
    for (const { begin, exactEnd, inputs } of segments) {
      writeUniforms(key, program, inputs);
      const sums = executor.sums(key, begin, exactEnd);
      program.norms.forEach(({ input: norm }, i) => {
        inputs[norm] = Math.sqrt(sums[i]!);
      });
    }
  };
  const matrixStage = (key: string, segments: readonly Segment[]): Promise<void> | undefined => {
    for (const segment of segments) runOn(key, segment);
    const tasks = segments
      .filter(({ inputs }) => inputs.isMatrix === 1)
      .map(({ parameter }) => ({
        ...{ parameter: parameter!.name, ...matrixOf(parameter!) },
        matrix: arena.view(matrixRegion, parameter!.name),
        orthogonal: arena.view(orthogonalRegion, parameter!.name),
      }));
    return (options.orthogonalize ?? orthogonalizeHere)(tasks);
  };
  const finish = (given: StepInput): void => {
    for (const control of controls) if (!control.trainable) control.skipped++;
    if (rule.nextScalars.results.length === 0) return;
    fill(simpleInputs, given);
    runTape(rule.nextScalars.tape, simpleInputs, scalarTape);
    for (const { name: scalar, entry } of rule.nextScalars.results) scalars[scalar] = scalarTape[entry]!;
  };
  /** The stages from number `from`, then the update. */
  const proceed = (from: number, given: StepInput, segments: readonly Segment[]): Promise<void> | undefined => {
    for (let i = from; i < rule.stages.length; i++) {
      if (rule.stages[i]!.kind === 'norms') {
        normStage(stageName(i), segments);
        continue;
      }
      const pending = matrixStage(stageName(i), segments);
      if (pending !== undefined) return pending.then(() => proceed(i + 1, given, segments));
    }
    for (const segment of segments) runOn('update', segment);
    finish(given);
    return undefined;
  };

  const updater: Updater<ArenaArray> = {
    optimizer,
    executor: name,
    fusedMultiplyAdd: executor.fusedMultiplyAdd,
    arena,
    slots,
    scalars,
    controls,
    gradientAt: rule.interim ? 'interim' : 'theta',
    // There is no loss yet, and no interim point may ask for it.
    prepare: rule.interim === undefined ? () => {} : (given) => writeInterim({ loss: Number.NaN, ...given }),
    step: (given) => {
      const segments = moving();
      for (const { inputs, control } of segments) fill(inputs, given, control);
      return proceed(0, given, segments);
    },
    accumulate: (value) => runSimple('accumulate', value),
    collect: (value) => runSimple('collect', value),
    average: (value) => {
      // a + (θ − a) is θ but for rounding: the whole of it is copied.
      if (value === 1 && options.averages) arena.region('average').set(arena.region('theta'));
      else runSimple('average', value);
    },
    sumOfSquares: (region, parameter) => {
      const squares = (one: string) => executor.sumOfSquares(region, arena.offset(one), sizes.get(one)!);
      if (parameter !== undefined) return squares(parameter);
      let sum = 0;
      for (const { name: one } of parameters) sum += squares(one);
      return sum;
    },
    boundedNorms: (parameter) => {
      const program = asked('boundedNorms');
      const begin = arena.offset(parameter);
      const index = parameters.findIndex(({ name: one }) => one === parameter);
      const { gradientScale, gradientBound = Number.POSITIVE_INFINITY } = controls[index]!;
      writeUniforms('boundedNorms', program, { gradientScale, gradientBound });
      const [bounded, whole] = executor.sums('boundedNorms', begin, begin + parameters[index]!.size);
      return { bounded: Math.sqrt(bounded!), whole: Math.sqrt(whole!) };
    },
    resetSlots: () => {
      for (const [slot, start] of Object.entries(rule.slots)) {
        for (const { name: one } of parameters) arena.view(slot, one).fill(start);
      }
      Object.assign(scalars, rule.scalars);
      for (const control of controls) control.skipped = 0;
    },
    kernelRuns: executor.runs,
  };
  updater.resetSlots();
  return updater as Updater<ArrayOf<E>>;
}

/** What is asked for by an option of `createUpdater`. */
const optionOf = {
  accumulate: 'accumulates',
  collect: 'accumulates',
  average: 'averages',
  boundedNorms: 'boundsGradient',
} as const;

function checkLoss(place: string, loss: number | undefined): number {
  if (loss !== undefined) return loss;
  throw new OptionError(
    'option/missing',
    'the loss is missing, and the rule compares it with that of the step before',
    {
      place,
      mend: 'Give the value of the function beside its gradient.',
    },
  );
}

const stageName = (index: number) => `stage${index}`;

function allPrograms(rule: OptimizerPrograms, options: UpdaterOptions<ExecutorName>): Programs {
  const { update, interim, stages } = rule;
  return {
    update,
    ...(interim && { interim }),
    ...Object.fromEntries(stages.map(({ program }, i) => [stageName(i), program])),
    ...(options.boundsGradient ? { boundedNorms: boundedNormsProgram } : {}),
    ...(options.averages ? { average: averageProgram } : {}),
    ...(options.accumulates ? accumulatePrograms : {}),
  };
}

const orthogonalizeHere: Orthogonalize = (tasks) => {
  for (const { matrix, orthogonal, rows, columns } of tasks) newtonSchulz(matrix, orthogonal, rows, columns);
  return undefined;
};
