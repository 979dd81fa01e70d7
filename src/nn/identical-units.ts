/**
 * Units that start with the same weights and get the same gradient: they stay equal, however long they are trained, and
 * are worth one unit together. So it is with weights that are all zero or all the same.
 */

import type { WeightSpec } from './weighted-sums.ts';

/** Units of one layer that start equal. */
export interface IdenticalUnits {
  /** Name of the weight. */
  readonly parameter: string;
  /** Groups of two or more equal units, by number from 0. */
  readonly groups: readonly (readonly number[])[];
}

/**
 * The units that have the same weights and the same bias as another of their layer. Units of a last layer are left out:
 * they have targets of their own.
 *
 * Such units stay equal where their gradients are equal too, and part where they are not: because they feed the next
 * layer by different weights, say. With `gradients` (by name, as `parameters`) those that part are left out. Gradients
 * count as equal within 1e-4 of their norm, as engines round.
 * Each weight is read once, in the order of memory.
 */
export function identicalUnits(
  weights: readonly WeightSpec[],
  parameters: ReadonlyMap<string, Float32Array>,
  gradients?: ReadonlyMap<string, Float32Array>,
): IdenticalUnits[] {
  const report: IdenticalUnits[] = [];
  for (const spec of weights) {
    if (spec.last || spec.units < 2) continue;
    const start = columnsOf(spec, parameters);
    let groups = split(byHash(start), (a, b) => start.every((column) => equal(column, a, b)));
    if (gradients !== undefined && groups.length > 0) {
      const closeness = columnsOf(spec, gradients).map(closenessOf);
      groups = split(groups, (a, b) => closeness.every((close) => close(a, b)));
    }
    if (groups.length > 0) report.push({ parameter: spec.weight, groups });
  }
  return report;
}

const shownUnits = 4;
const shownGroups = 3;

/** What is to be told of one layer's identical units, as a sentence with its mend. */
export function identicalUnitsMessage({ parameter, groups }: IdenticalUnits): string {
  const list = groups.slice(0, shownGroups).map((units) => {
    const left = units.length - shownUnits;
    const shown = left > 1 ? units.slice(0, shownUnits) : units;
    return left > 1
      ? `${shown.join(', ')} and ${left} more`
      : `${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]}`;
  });
  const more = groups.length > shownGroups ? `; and ${groups.length - shownGroups} more groups` : '';
  return (
    `${parameter}: units ${list.join('; ')}${more} start with the same weights and get the same gradient, ` +
    'so they stay one unit. Draw their weights at random, by heNormal() or xavierUniform().'
  );
}

/** One parameter as columns, one for each unit: [blocks, units, run], as it lies in memory. */
interface Columns {
  readonly values: Float32Array;
  readonly units: number;
  readonly blocks: number;
  readonly run: number;
}

/** Weight and bias, as far as `values` has them. */
function columnsOf(spec: WeightSpec, values: ReadonlyMap<string, Float32Array>): Columns[] {
  const { weight, bias, axis, units, run = 1 } = spec;
  const columns = (array: Float32Array | undefined, contiguous: boolean): Columns[] => {
    if (array === undefined) return [];
    const length = array.length / units;
    return [{ values: array, units, ...(contiguous ? { blocks: 1, run: length } : { blocks: length / run, run }) }];
  };
  return [...columns(values.get(weight), axis === 0), ...(bias === undefined ? [] : columns(values.get(bias), true))];
}

/** Groups of units whose columns have the same hash: every group of equal units lies inside one. */
function byHash(parameters: readonly Columns[]): number[][] {
  if (parameters.length === 0) return [];
  const hashes = new Int32Array(parameters[0]!.units);
  for (const { values, units, blocks, run } of parameters) {
    const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
    // In the order of memory.
    let at = 0;
    for (let block = 0; block < blocks; block++) {
      for (let unit = 0; unit < units; unit++) {
        let hash = hashes[unit]!;
        for (const end = at + run; at < end; at++) {
          const word = bits[at]!;
          // −0 equals 0.
          const mixed = Math.imul(hash ^ (word === -0x80000000 ? 0 : word), 0x01000193);
          hash = mixed ^ (mixed >>> 15);
        }
        hashes[unit] = hash;
      }
    }
  }
  const groups = new Map<number, number[]>();
  for (const [unit, hash] of hashes.entries()) {
    const group = groups.get(hash);
    if (group === undefined) groups.set(hash, [unit]);
    else group.push(unit);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** Parts each group into those that are the same as their part's first; parts of one unit are dropped. */
function split(groups: readonly (readonly number[])[], same: (a: number, b: number) => boolean): number[][] {
  return groups.flatMap((group) => {
    const parts: number[][] = [];
    for (const unit of group) {
      const part = parts.find(([first]) => same(first!, unit));
      if (part === undefined) parts.push([unit]);
      else part.push(unit);
    }
    return parts.filter((part) => part.length > 1);
  });
}

function equal({ values, units, blocks, run }: Columns, a: number, b: number): boolean {
  for (let block = 0; block < blocks; block++) {
    const [first, second] = [(block * units + a) * run, (block * units + b) * run];
    for (let i = 0; i < run; i++) if (values[first + i] !== values[second + i]) return false;
  }
  return true;
}

const gradientTolerance = 1e-4;

/** Tells whether two columns differ by little, next to the longer one, or by no more than rounding in their layer. */
function closenessOf({ values, units, blocks, run }: Columns): (a: number, b: number) => boolean {
  const norms = new Float64Array(units);
  for (let i = 0; i < values.length; i++) norms[Math.floor(i / run) % units]! += values[i]! ** 2;
  for (let unit = 0; unit < units; unit++) norms[unit] = Math.sqrt(norms[unit]!);
  const rounding = 1e-7 * norms.reduce((most, norm) => Math.max(most, norm), 0);
  return (a, b) => {
    const allowed = gradientTolerance * Math.max(norms[a]!, norms[b]!) + rounding;
    // Most pairs differ in their norms already, and need no look at their elements.
    if (Math.abs(norms[a]! - norms[b]!) > allowed) return false;
    let squares = 0;
    for (let block = 0; block < blocks; block++) {
      const [first, second] = [(block * units + a) * run, (block * units + b) * run];
      for (let i = 0; i < run; i++) squares += (values[first + i]! - values[second + i]!) ** 2;
    }
    return squares <= allowed ** 2;
  };
}
