/** `dolina runs`: what there is, how it went, what differs, what is best. */

import { filterRemarks, referenceRemarks } from '../../runs/run-options.ts';
import type { CommandGroup } from '../command.ts';
import { runsBestCommand } from './best.ts';
import { runsDiffCommand } from './diff.ts';
import { runsExportCommand } from './export.ts';
import { runsListCommand } from './ls.ts';
import { runsPlotCommand } from './plot.ts';
import { runsRemoveCommand } from './rm.ts';
import { runsShowCommand } from './show.ts';

export const runsCommands: CommandGroup = {
  name: 'runs',
  summary: 'Lists, shows, compares, plots, exports and removes runs.',
  members: [
    ...[runsListCommand, runsShowCommand, runsDiffCommand, runsBestCommand],
    ...[runsPlotCommand, runsExportCommand, runsRemoveCommand],
  ],
  remarks: `${referenceRemarks}\n${filterRemarks}`,
};
