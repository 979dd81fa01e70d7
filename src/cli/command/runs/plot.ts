/** `dolina runs plot`: curves of one run or several, in the terminal and as SVG. */

import { writeFileSync } from 'node:fs';
import { OptionError } from '../../../base/errors.ts';
import { checkNumber, checkOneOf } from '../../../base/options.ts';
import { curveAxes } from '../../../train/runs/run-curve.ts';
import type { Arguments } from '../../arguments.ts';
import { exitCodes } from '../../exit-code.ts';
import { jsonText } from '../../present/json-text.ts';
import { curvesSvg, curvesTerminal, mostRuns } from '../../runs/curve-pictures.ts';
import { runCurves } from '../../runs/run-curves.ts';
import {
  choiceOptions,
  chosenRuns,
  filterRemarks,
  jsonOption,
  listOf,
  problemLines,
  referenceRemarks,
  runsOption,
} from '../../runs/run-options.ts';
import type { Surroundings } from '../../surroundings.ts';
import type { Command } from '../command.ts';

const options = {
  x: { value: 'axis', help: `${curveAxes.join(', ')} (default: epoch)` },
  y: {
    value: 'measures',
    help: 'a panel for each: validation/error, or loss for the sets that there are (default: what the runs are judged by)',
    repeatable: true,
  },
  'log-y': { help: 'logarithmic vertical axes' },
  smooth: { value: 'weight', help: 'exponential smoothing, debiased; from 0 to below 1, such as 0.9' },
  svg: { value: 'file', help: 'write the picture there as well; "-" gives it on stdout instead' },
  ...choiceOptions,
  ...runsOption,
  ...jsonOption,
} as const;

async function run(given: Arguments, around: Surroundings): Promise<number> {
  const place = 'dolina runs plot';
  const x = checkOneOf(place, '--x', given.text('x') ?? 'epoch', curveAxes);
  const smoothing = checkNumber(place, '--smooth', given.number('smooth') ?? 0, { min: 0, max: 1, exclusiveMax: true });
  const logY = given.flag('log-y');
  const runs = chosenRuns('runs plot', given, 'latest');
  if (runs.length > mostRuns) {
    throw new OptionError('runs/many', `${runs.length} curves cannot be told apart`, {
      place,
      mend: `Choose at most ${mostRuns} runs, with --filter.`,
    });
  }
  const panels = runCurves(runs, { x, y: listOf(given, 'y'), smoothing });
  around.err(problemLines(runs));
  const drawn = new Set(
    panels.flatMap(({ curves }) => curves.filter(({ points }) => points.length > 0).map((c) => c.run)),
  );
  for (const { id, status } of runs.filter((one) => !drawn.has(one))) {
    around.err(`note: ${id} (${status}) has nothing to draw here\n`);
  }
  if (given.flag('json')) {
    around.out(
      jsonText({
        ...{ x, smoothing },
        panels: panels.map(({ title, curves }) => ({
          title,
          curves: curves.map(({ run: { id, path }, ...curve }) => ({ run: id, path, ...curve })),
        })),
      }),
    );
    return exitCodes.done;
  }
  const picture = { x, logY, smoothing };
  const file = given.text('svg');
  if (file !== undefined) {
    const experiments = [...new Set(runs.map(({ experiment }) => experiment))].join(', ');
    const text = curvesSvg(panels, experiments, picture);
    if (file === '-') {
      around.out(text);
      return exitCodes.done;
    }
    writeFileSync(file, text);
  }
  const width = Number.isFinite(around.outWidth()) ? around.outWidth() : around.width();
  const height = around.outHeight() - 2;
  around.out(`${curvesTerminal(panels, { ...picture, width, height, colour: around.outColour })}\n`);
  if (file !== undefined) around.err(`written to ${file}\n`);
  return exitCodes.done;
}

export const runsPlotCommand: Command = {
  name: 'runs plot',
  operands: '[run…]',
  summary: 'Draws curves of runs, named by what differs between them; of the latest run where none is named.',
  options,
  remarks: [
    'Smoothing: s(n) = Σ w^(n-i) y(i) / Σ w^(n-i) over the points i ≤ n, with the weight w; TensorBoard draws the same.',
    referenceRemarks,
    filterRemarks,
  ].join('\n'),
  run,
};
