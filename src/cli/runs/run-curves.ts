/** Runs as curves: which measures, over what, smoothed or not, under names that say what differs. */

import { OptionError } from '../../base/errors.ts';
import type { RecordedRun } from '../../train/runs/recorded-run.ts';
import { type CurveAxis, runCurve } from '../../train/runs/run-curve.ts';
import { primaryMeasure, tagsOf } from '../../train/runs/run-measures.ts';
import { legendNames, shortNames } from '../../train/runs/run-names.ts';
import { checkRunKey } from '../../train/runs/run-value.ts';
import { smooth } from '../../train/runs/smooth.ts';

export interface CurveOptions {
  readonly x: CurveAxis;
  /** Tags, or names of measures without their set; what the runs are judged by where there is none. */
  readonly y: readonly string[];
  /** The weight of smoothing; 0 does nothing. */
  readonly smoothing: number;
}

/** A measure of a run over training. */
export interface RunCurve {
  readonly run: RecordedRun;
  readonly tag: string;
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** What was measured, where `points` are smoothed. */
  readonly raw?: readonly (readonly [x: number, y: number])[];
}

export interface CurvePanel {
  readonly title: string;
  readonly curves: readonly RunCurve[];
}

/** The panels of a picture of `runs`; a measure that no run has is refused, with the nearest. */
export function runCurves(runs: readonly RecordedRun[], { x, y, smoothing }: CurveOptions): CurvePanel[] {
  const short = shortNames(runs);
  const names = legendNames(runs, short);
  const wanted = y.length > 0 ? y : usual(runs);
  return wanted.map((name) => {
    const tags = tagsFor(name, runs);
    const curves = runs.flatMap((run, index) =>
      tags.flatMap((tag) => {
        const points = runCurve(run, tag, x);
        if (points.length === 0) return [];
        const curve = { run, tag, name: runs.length > 1 ? names[index]! : setName(tag) };
        if (smoothing === 0) return { ...curve, points };
        const smoothed = smooth(
          points.map((point) => point[1]),
          smoothing,
        );
        return { ...curve, points: points.map(([at], i) => [at, smoothed[i]!] as const), raw: points };
      }),
    );
    return { title: tags.length === 1 ? tags[0]! : name, curves };
  });
}

function usual(runs: readonly RecordedRun[]): string[] {
  const primary = [...new Set(runs.map(primaryMeasure))].filter((tag) => tag !== undefined);
  if (primary.length === 0) {
    throw new OptionError('runs/measure', 'nothing was measured in these runs yet', {
      mend: '"dolina runs show" tells what there is.',
    });
  }
  // One run alone is seen on its sets, loss first; several are compared by what they are judged by.
  const names = ['loss', ...primary.map((tag) => tag.slice(tag.indexOf('/') + 1))];
  return runs.length > 1 ? primary.slice(0, 2) : [...new Set(names)].filter((name) => isMeasured(name, runs));
}

const sets = ['train', 'validation', 'test'];

function isMeasured(name: string, runs: readonly RecordedRun[]): boolean {
  return runs.some((run) => run.rows.some((row) => sets.some((set) => row[`${set}/${name}`] !== undefined)));
}

/** The tags that a name means: itself, or for one run all sets, for several the validation set before the training set. */
function tagsFor(name: string, runs: readonly RecordedRun[]): string[] {
  const has = (tag: string) => runs.some((run) => run.rows.some((row) => row[tag] !== undefined));
  if (has(name)) return [name];
  const found = sets.map((set) => `${set}/${name}`).filter(has);
  if (found.length === 0) {
    checkRunKey('--y', name, runs);
    const curves = [...new Set(runs.flatMap(tagsOf))].filter(has);
    throw new OptionError('runs/measure', `no curve of "${name}" can be drawn: it was not measured during training`, {
      place: '--y',
      mend: `Measured were ${curves.join(', ')}.`,
    });
  }
  if (runs.length === 1) return found;
  return found.includes(`validation/${name}`) ? [`validation/${name}`] : found.slice(0, 1);
}

/** `validation/error` → `validation`, as one run's curves are told apart. */
function setName(tag: string): string {
  const set = tag.slice(0, tag.indexOf('/'));
  if (!sets.includes(set)) return tag;
  return set === 'train' ? 'training' : set;
}
