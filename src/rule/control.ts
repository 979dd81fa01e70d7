/** What can be set for each parameter by itself, and the runs of neighbours for which it is the same. */

import type { Arena, ArenaArray, ParameterSize } from './arena.ts';

/** How one parameter is updated; all of it may be changed between steps, and nothing is compiled for it. */
export interface ParameterControl {
  readonly name: string;
  /** False freezes the parameter: neither it nor its slots move, and its count of updates stands still. */
  trainable: boolean;
  /** Its gradient is multiplied by this on the way in, beside the step's `gradientScale`. */
  gradientScale: number;
  /** The bound of its gradient's elements, where the updater bounds them; the step's where undefined. */
  gradientBound: number | undefined;
  /** Its own hyper-parameters, all of them; those of the step where undefined. One object for many parameters is best. */
  hyper: Readonly<Record<string, number>> | undefined;
  /** Steps that it was frozen for: bias corrections count its own updates. */
  skipped: number;
}

/** Neighbouring parameters under equal control, and the uniform inputs of their programs. */
export interface Segment {
  readonly control: ParameterControl;
  /** The parameter, where each is run by itself. */
  readonly parameter: ParameterSize | undefined;
  /** Elements of every region; `end` with the padding, `exactEnd` without. */
  readonly begin: number;
  end: number;
  readonly exactEnd: number;
  readonly inputs: Record<string, number>;
}

export function createControls(parameters: readonly ParameterSize[]): ParameterControl[] {
  return parameters.map(({ name }) => ({
    ...{ name, trainable: true, gradientScale: 1, gradientBound: undefined, hyper: undefined, skipped: 0 },
  }));
}

/** How a parameter stands to the segments. */
const border = { outside: 0, continues: 1, begins: 2 } as const;

/**
 * The segments of trainable parameters, in order; with `each`, one for every parameter. They are looked for anew at each
 * call, and made anew only where the controls divide the parameters in another way than at the call before.
 */
export function segmentation(
  controls: readonly ParameterControl[],
  arena: Arena<ArenaArray>,
  each: boolean,
  trainable = true,
): () => readonly Segment[] {
  const borders = new Uint8Array(controls.length);
  let segments: readonly Segment[] | undefined;
  return () => {
    let same = segments !== undefined;
    for (let i = 0; i < controls.length; i++) {
      const control = controls[i]!;
      const before = controls[i - 1];
      let one: number = border.begins;
      if (control.trainable !== trainable) one = border.outside;
      else if (!each && before?.trainable === trainable && alike(before, control)) one = border.continues;
      same &&= borders[i] === one;
      borders[i] = one;
    }
    if (!same) segments = segmentsWithin(borders, controls, arena, each);
    return segments!;
  };
}

function segmentsWithin(
  borders: Uint8Array,
  controls: readonly ParameterControl[],
  arena: Arena<ArenaArray>,
  each: boolean,
): Segment[] {
  const segments: Segment[] = [];
  controls.forEach((control, index) => {
    if (borders[index] === border.outside) return;
    const parameter = arena.parameters[index]!;
    const following = arena.parameters[index + 1];
    const begin = arena.offset(parameter.name);
    const end = following === undefined ? arena.length : arena.offset(following.name);
    if (borders[index] === border.continues) {
      segments.at(-1)!.end = end;
      return;
    }
    segments.push({
      ...{ control, parameter: each ? parameter : undefined },
      ...{ begin, end, exactEnd: begin + parameter.size, inputs: each ? shapeNumbers(parameter) : {} },
    });
  });
  return segments;
}

function alike(a: ParameterControl, b: ParameterControl): boolean {
  return (
    a.gradientScale === b.gradientScale &&
    a.gradientBound === b.gradientBound &&
    a.hyper === b.hyper &&
    a.skipped === b.skipped
  );
}

/** The parameter as a matrix: its first axis by the others. Without a shape it is a vector. */
export function matrixOf({ size, shape = [size] }: ParameterSize): { readonly rows: number; readonly columns: number } {
  const rows = shape[0] ?? 1;
  return { rows, columns: rows === 0 ? 0 : size / rows };
}

function shapeNumbers(parameter: ParameterSize): Record<string, number> {
  return { isMatrix: Number((parameter.shape?.length ?? 1) >= 2), ...matrixOf(parameter) };
}
