/** All that a training step keeps from one batch to the next: what must be put back so that the next step is the same. */

import { OptionError } from '../base/errors.ts';
import { type Shape, showShape, size } from '../base/shape.ts';
import type { ParameterSpec } from '../nn/parameter.ts';
import type { StateSpec } from '../nn/state.ts';
import type { Updater } from '../rule/updater.ts';
import type { StoredTensor } from './safetensors.ts';

/** Copies, in plain form. */
export interface StepState {
  /** `theta/<parameter>`, `<slot>/<parameter>`, `average/<parameter>`, `states/<state>`. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Numbers that the rule keeps. */
  readonly scalars: Readonly<Record<string, number>>;
  /** Steps that each parameter was frozen for, where there were any. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Points that the average holds. */
  readonly averaged: number;
}

/** The parts of a step that hold its state. */
export interface StepParts {
  readonly updater: Updater;
  readonly parameters: readonly ParameterSpec[];
  readonly states: readonly StateSpec[];
  readonly values: ReadonlyMap<string, Float32Array>;
}

interface Place {
  readonly name: string;
  readonly shape: Shape;
  readonly array: Float32Array;
}

/** Every array that a step keeps, by its name in a `StepState`. */
function placesOf({ updater, parameters, states, values }: StepParts): Place[] {
  const { arena, slots } = updater;
  const regions = ['theta', ...slots, ...(arena.regions.includes('average') ? ['average'] : [])];
  return [
    ...regions.flatMap((region) =>
      parameters.map(({ name, shape }) => ({ name: `${region}/${name}`, shape, array: arena.view(region, name) })),
    ),
    ...states.map(({ name, shape }) => ({ name: `states/${name}`, shape, array: values.get(name)! })),
  ];
}

export function captureStep(parts: StepParts, averaged: number): StepState {
  const { scalars, controls } = parts.updater;
  return {
    tensors: new Map(placesOf(parts).map(({ name, shape, array }) => [name, { shape, values: array.slice() }])),
    scalars: { ...scalars },
    skipped: Object.fromEntries(
      controls.filter(({ skipped }) => skipped > 0).map(({ name, skipped }) => [name, skipped]),
    ),
    averaged,
  };
}

/** Puts a state back. Throws an OptionError, before anything is changed, where it is that of another model or optimizer. */
export function restoreStep(parts: StepParts, { tensors, scalars, skipped }: StepState): void {
  const places = placesOf(parts);
  const known = new Set(places.map(({ name }) => name));
  const other = (what: string) =>
    new OptionError('checkpoint/mismatch', `the checkpoint is of another training: ${what}`, {
      place: 'resume',
      mend: 'Resume with the model, optimizer and batch size that it was saved from.',
    });
  for (const { name, shape } of places) {
    const stored = tensors.get(name);
    if (stored === undefined) throw other(`it has no "${name}"`);
    if (showShape(stored.shape) !== showShape(shape) || stored.values.length !== size(shape)) {
      throw other(`its "${name}" is ${showShape(stored.shape)}, and ${showShape(shape)} is wanted`);
    }
  }
  for (const name of tensors.keys()) if (!known.has(name)) throw other(`its "${name}" has no place here`);
  const { updater } = parts;
  for (const scalar of Object.keys(updater.scalars)) {
    if (scalars[scalar] === undefined) throw other(`it has no number "${scalar}"`);
  }
  for (const { name, array } of places) array.set(tensors.get(name)!.values);
  for (const scalar of Object.keys(updater.scalars)) updater.scalars[scalar] = scalars[scalar]!;
  for (const control of updater.controls) control.skipped = skipped[control.name] ?? 0;
}
