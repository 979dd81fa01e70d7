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

/** The segments of trainable parameters, in order; with `each`, one for every parameter. */
export function segmentsOf(
  controls: readonly ParameterControl[],
  arena: Arena<ArenaArray>,
  each: boolean,
  trainable = true,
): Segment[] {
  const segments: Segment[] = [];
  let open: Segment | undefined;
  controls.forEach((control, index) => {
    const parameter = arena.parameters[index]!;
    const following = arena.parameters[index + 1];
    const begin = arena.offset(parameter.name);
    const end = following === undefined ? arena.length : arena.offset(following.name);
    if (control.trainable !== trainable) {
      open = undefined;
    } else if (open !== undefined && !each && alike(open.control, control)) {
      open.end = end;
    } else {
      const shape = each ? shapeNumbers(parameter) : {};
      open = {
        ...{ control, parameter: each ? parameter : undefined },
        ...{ begin, end, exactEnd: begin + parameter.size, inputs: shape },
      };
      segments.push(open);
    }
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
