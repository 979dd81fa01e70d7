/** `dolina runs show`: one run in full. */

import type { RecordedRun } from '../../../train/runs/recorded-run.ts';
import { measuresOf, primaryMeasure } from '../../../train/runs/run-measures.ts';
import { runSummary } from '../../../train/runs/run-summary.ts';
import type { Arguments } from '../../arguments.ts';
import { exitCodes } from '../../exit-code.ts';
import { jsonText } from '../../present/json-text.ts';
import { curvesTerminal } from '../../runs/curve-pictures.ts';
import { runCurves } from '../../runs/run-curves.ts';
import { chosenRuns, jsonOption, problemLines, referenceRemarks, runsOption } from '../../runs/run-options.ts';
import { filesOf, runText } from '../../runs/run-text.ts';
import type { Surroundings } from '../../surroundings.ts';
import type { Command } from '../command.ts';

const options = { ...runsOption, ...jsonOption } as const;

async function run(given: Arguments, around: Surroundings): Promise<number> {
  const runs = chosenRuns('runs show', given, 'latest');
  if (given.flag('json')) {
    // Its measures first: reading the log may find more problems.
    const shown = runs.map((one) => {
      const measures = measuresOf(one);
      return { ...runSummary(one), versions: one.versions, config: one.config, measures, files: filesOf(one) };
    });
    around.out(jsonText(shown.length === 1 ? shown[0] : shown));
  } else {
    const width = around.outWidth();
    const texts = runs.map((one) => runText(one, plotOf(one, around), width));
    around.out(texts.join('\n'));
  }
  around.err(problemLines(runs));
  return exitCodes.done;
}

/** A small plot of what the run is judged by, where there are two points at least. */
function plotOf(one: RecordedRun, around: Surroundings): string {
  const tag = primaryMeasure(one);
  if (tag === undefined) return '';
  const panels = runCurves([one], { x: 'epoch', y: [tag.slice(tag.indexOf('/') + 1)], smoothing: 0 });
  if (panels.every(({ curves }) => curves.every(({ points }) => points.length < 2))) return '';
  const width = Math.min(100, Number.isFinite(around.outWidth()) ? around.outWidth() : around.width());
  const size = { width, height: 10, colour: around.outColour };
  return curvesTerminal(panels, { x: 'epoch', logY: false, smoothing: 0, ...size });
}

export const runsShowCommand: Command = {
  name: 'runs show',
  operands: '[run…]',
  summary: 'Shows a run in full: configuration, files, measures, curve; the latest where none is named.',
  options,
  remarks: referenceRemarks,
  run,
};
