/** Keeps the directory of a race. It is made when everything has been checked and compiled: a mistake leaves none. */

import { experimentToJson } from '../../train/experiment/to-json.ts';
import type { Experiment } from '../../train/experiment.ts';
import type { RaceEvent } from '../../train/race/event.ts';
import type { LaneRun } from '../../train/race/lane-result.ts';
import type { RacePlan, RaceResult } from '../../train/race/result.ts';
import type { LaneTuning } from '../../train/race/tuning.ts';
import { createRaceDirectory, type RaceDirectory } from './race-directory.ts';
import { logPath, raceLog } from './race-log.ts';

/** The form of race.json; a change that breaks readers raises it. */
export const raceSchema = 1;

export interface RaceRecorderOptions {
  readonly experiment: Experiment;
  /** Folder of all runs. */
  readonly root: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Where the data came from. */
  readonly data: string;
  /** What is to be known of how this race differs from its experiment. */
  readonly notes: readonly string[];
}

export interface RaceRecorder {
  on(event: RaceEvent): void;
  /** `undefined` until the first run begins. */
  directory(): RaceDirectory | undefined;
  /** Notes the exit code of a race that ended. */
  finish(exitCode: number): void;
  /** Notes why the race broke. */
  fail(reason: string, exitCode: number): void;
}

type Fields = Readonly<Record<string, unknown>>;

export function createRaceRecorder(options: RaceRecorderOptions): RaceRecorder {
  const { experiment, root, versions, data, notes } = options;
  const tunings: LaneTuning[] = [];
  const runs = new Map<string, LaneRun[]>();
  const warnings = new Set<string>();
  let directory: RaceDirectory | undefined;
  let plan: RacePlan | undefined;
  let ended: Fields = {};
  let started = new Date();

  const rateOf = (name: string) => {
    const lane = plan!.lanes.find((one) => one.name === name)!;
    return lane.rate === 'tuned' ? tunings.find((one) => one.lane === name)?.learningRate : lane.learningRate;
  };
  const record = (fields: Fields) => {
    directory?.record({
      schema: raceSchema,
      ...{ id: directory.id, experiment: experiment.name, status: 'running', started: started.toISOString() },
      ...fields,
      ...{ versions, data, notes, warnings: [...warnings] },
      config: experimentToJson(experiment),
      plan,
      tunings,
      lanes: plan?.lanes.map((lane) => ({
        ...lane,
        learningRate: rateOf(lane.name),
        runs: (runs.get(lane.name) ?? []).map(({ curve, ...run }) => ({
          ...run,
          measures: curve.evaluations.at(-1)?.measures,
          log: logPath(plan!, lane.name, run.seed),
        })),
      })),
    });
  };
  const end = ({ status, reason, seconds, ranking }: RaceResult) => {
    ended = { status, reason, ended: new Date().toISOString(), seconds, ranking };
  };

  return {
    directory: () => directory,
    on(event) {
      switch (event.type) {
        case 'plan':
          started = new Date();
          plan = event.plan;
          directory = createRaceDirectory({ root, experiment: experiment.name, started });
          record({});
          break;
        case 'training': {
          if (event.event.type !== 'warning') break;
          warnings.add(`${event.run.lane}: ${event.event.message}`);
          break;
        }
        case 'tuned':
          tunings.push(event.tuning);
          record({});
          break;
        case 'laneRun': {
          const { lane, seed } = event.run;
          runs.set(lane, [...(runs.get(lane) ?? []), event.result]);
          directory!.write(logPath(plan!, lane, seed), raceLog(event.result, plan!));
          record({});
          break;
        }
        case 'end':
          end(event.result);
          break;
      }
    },
    finish(exitCode) {
      record({ ...ended, exitCode });
    },
    fail(reason, exitCode) {
      record({ status: 'failed', reason, exitCode, ended: new Date().toISOString() });
    },
  };
}
