/** The result of a race as a table for a terminal. */

import type { LaneResult } from '../../train/race/lane-result.ts';
import type { RankedLane } from '../../train/race/ranking.ts';
import type { RacePlan, RaceResult } from '../../train/race/result.ts';
import type { Spread } from '../../train/race/spread.ts';
import { formatDuration, formatNumber } from '../present/number-format.ts';

/** `validation/error` → `validation error`. */
export function measureName({ measure }: Pick<RacePlan, 'measure'>): string {
  return measure.tag.replace('/', ' ');
}

/** A lane as people read it, in the order of the ranking: the words of the table and of the figures. */
export interface LaneWords {
  readonly lane: string;
  /** `1`, `2=` where another lane has the same rank, `–` where there is none. */
  readonly rank: string;
  /** `0.00464`, with what there is to know of it: `0.1 (not tuned)`. */
  readonly rate: string;
  /** `0.108 ± 0.002`, or what happened instead. */
  readonly final: string;
  /** `6.1 ± 0.3 s`. */
  readonly toTarget: string;
}

/** Every lane in words, from the best. */
export function laneWords(result: RaceResult): LaneWords[] {
  const { ranking, lanes, tunings } = result;
  return ranking.lanes.map((ranked) => {
    const lane = lanes.find((one) => one.lane.name === ranked.lane)!;
    const edge = tunings.find((one) => one.lane === ranked.lane)?.edge;
    const shared = ranking.lanes.filter(({ rank }) => rank !== undefined && rank === ranked.rank).length > 1;
    return {
      lane: ranked.lane,
      rank: ranked.rank === undefined ? '–' : `${ranked.rank}${shared ? '=' : ''}`,
      rate: rateText(lane, edge),
      final: finalText(ranked, lane),
      toTarget: toTargetText(ranked),
    };
  });
}

function rateText({ lane, learningRate }: LaneResult, edge: 'low' | 'high' | undefined): string {
  if (lane.rate === 'none') return 'has none';
  if (learningRate === undefined) return 'none found';
  const value = typeof learningRate === 'number' ? formatNumber(learningRate) : learningRate.schedule;
  if (lane.rate !== 'tuned') return `${value} (not tuned)`;
  return edge === undefined ? value : `${value} (edge of grid)`;
}

function finalText({ final, diverged, runs }: RankedLane, { lane, learningRate }: LaneResult): string {
  if (runs === 0) return lane.rate === 'tuned' && learningRate === undefined ? 'no rate stayed finite' : 'not finished';
  const lost = diverged === 0 ? '' : `${diverged} of ${runs} diverged`;
  if (final === undefined) return lost;
  return lost === '' ? spreadText(final) : `${spreadText(final)}, ${lost}`;
}

function toTargetText({ runs, toTarget: { reached, seconds } }: RankedLane): string {
  if (runs === 0 || seconds === undefined) return '–';
  const deviation = seconds.deviation < 9.95 ? seconds.deviation.toFixed(1) : String(Math.round(seconds.deviation));
  const time = formatDuration(seconds.mean);
  const text = time.endsWith(' s') ? `${time.slice(0, -2)} ± ${deviation} s` : `${time} ± ${deviation} s`;
  return reached === runs ? text : `${text}, ${reached} of ${runs}`;
}

/** Mean and deviation with as many decimals as the deviation's two first digits have. */
export function spreadText({ mean, deviation }: Spread): string {
  const small = deviation > 0 ? Math.ceil(1 - Math.log10(deviation)) : 0;
  const shown = Math.abs(mean) > 0 ? Math.ceil(2 - Math.log10(Math.abs(mean))) : 0;
  if (Math.abs(mean) >= 1e4 || small > 8 || shown > 8) return `${formatNumber(mean)} ± ${formatNumber(deviation)}`;
  const decimals = Math.max(0, Math.min(small, 6), Math.min(shown, 4));
  return `${mean.toFixed(decimals)} ± ${deviation.toFixed(decimals)}`;
}

/** What the ranking goes by, as a sentence. */
export function rankingText({ plan, ranking }: Pick<RaceResult, 'plan' | 'ranking'>): string {
  const { measure, epochs } = plan;
  const sense = measure.better === 'lower' ? 'less is better' : 'more is better';
  const seeds = ranking.seeds.length === 1 ? '1 seed' : `${ranking.seeds.length} seeds`;
  const length = `${formatNumber(epochs)} epoch${epochs === 1 ? '' : 's'}`;
  return `${measureName(plan)} after ${length}, mean ± standard deviation over ${seeds}; ${sense}`;
}

/** The ranking, a line for each lane. */
export function raceTable(result: RaceResult): string {
  const { plan, ranking } = result;
  const target = ranking.target === undefined ? 'time' : `time to ${formatNumber(ranking.target)}`;
  const header: LaneWords = {
    ...{ rank: 'rank', lane: 'optimizer', rate: 'learning rate', final: measureName(plan), toTarget: target },
  };
  const columns = ['rank', 'lane', 'rate', 'final', 'toTarget'] as const;
  const rows = [header, ...laneWords(result)];
  const widths = columns.map((column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    columns
      .map((column, i) => row[column].padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
  return [rankingText(result), '', ...lines, ...tieLines(result)].join('\n');
}

/** Which lanes cannot be told apart: each group from its best lane downwards, those inside a larger one left out. */
function tieLines({ ranking }: RaceResult): string[] {
  const groups: string[][] = [];
  for (const [i, { lane, tiedWith }] of ranking.lanes.entries()) {
    const below = ranking.lanes.slice(i + 1).map((other) => other.lane);
    const group = [lane, ...below.filter((other) => tiedWith.includes(other))];
    const inside = groups.some((larger) => group.every((one) => larger.includes(one)));
    if (group.length > 1 && !inside) groups.push(group);
  }
  if (groups.length === 0) return [];
  const texts = groups.map((group) => `${group.slice(0, -1).join(', ')} and ${group.at(-1)}`);
  return ['', `no clear difference, for their spreads overlap: ${texts.join('; ')}`];
}
