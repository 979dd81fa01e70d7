/**
 * The directory that a race leaves: race.json (plan, grids with every score, lanes, ranking), a log for each run of each
 * lane, and two figures. It is valid at every moment: race.json is written anew after each run, aside and renamed.
 */

import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { compactUtc, showNonFinite } from '../../train/run-directory.node.ts';
import { writeWhole } from '../../train/write-whole.node.ts';

export interface RaceDirectory {
  readonly path: string;
  readonly id: string;
  /** Writes a file below the directory aside and renames it into place. */
  write(name: string, contents: string): void;
  /** Writes race.json. */
  record(record: Readonly<Record<string, unknown>>): void;
}

export interface RaceDirectoryOptions {
  /** Folder of all runs; made where it is missing. */
  readonly root: string;
  readonly experiment: string;
  readonly started: Date;
}

/** Makes `<root>/<experiment>/<utc>-race-<experiment>-<4 chars>/`. */
export function createRaceDirectory({ root, experiment, started }: RaceDirectoryOptions): RaceDirectory {
  const id = `${compactUtc(started)}-race-${experiment}-${randomBytes(2).toString('hex')}`;
  const path = join(root, experiment, id);
  mkdirSync(path, { recursive: true });
  const write = (name: string, contents: string) => {
    const target = join(path, name);
    mkdirSync(join(target, '..'), { recursive: true });
    writeWhole(target, contents);
  };
  return {
    path,
    id,
    write,
    record: (record) => write('race.json', `${JSON.stringify(record, showNonFinite, 2)}\n`),
  };
}
