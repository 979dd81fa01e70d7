/** The one line that a terminal shows while a network trains, fitted to its width: what matters least goes first. */

import { formatDuration, formatNumber } from './number-format.ts';

/** What the line tells; what is absent is left out. */
export interface ProgressState {
  /** The epoch that runs, counted from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done in this epoch. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly loss: number;
  readonly error?: number;
  readonly learningRate?: number;
  readonly gradientNorm?: number;
  readonly examplesPerSecond?: number;
  readonly secondsLeft?: number;
}

type PartName = 'epoch' | 'bar' | 'step' | 'loss' | 'error' | 'rate' | 'gradient' | 'speed' | 'left';

/** In the order of the line; `long` where there is room for whole words. */
interface Part {
  readonly name: PartName;
  readonly long: string;
  readonly short: string;
}

const order: readonly PartName[] = ['epoch', 'bar', 'step', 'loss', 'error', 'rate', 'gradient', 'speed', 'left'];

/** What is given up, one after the other, where the width does not suffice; the epoch stays. */
const leastFirst: readonly PartName[] = ['step', 'bar', 'speed', 'gradient', 'rate', 'left', 'error', 'loss'];

const shortestBar = 6;
const longestBar = 24;

/** The line for `state`, never longer than `width` characters, without line end or control characters. */
export function progressLine(state: ProgressState, width: number): string {
  const parts = new Map(partsOf(state).map((part) => [part.name, part]));
  const length = (form: 'long' | 'short') =>
    [...parts.values()].reduce((sum, part) => sum + 2 + (part.name === 'bar' ? shortestBar : part[form].length), -2);
  let form: 'long' | 'short' = 'long';
  if (length(form) > width) form = 'short';
  for (const name of leastFirst) {
    if (length(form) <= width) break;
    parts.delete(name);
  }
  const room = Math.min(longestBar, shortestBar + Math.max(0, width - length(form)));
  return order
    .flatMap((name) => {
      const part = parts.get(name);
      if (part === undefined) return [];
      return name === 'bar' ? bar(state.step / Math.max(1, state.stepsPerEpoch), room) : part[form];
    })
    .join('  ')
    .slice(0, Math.max(0, width));
}

function partsOf(state: ProgressState): Part[] {
  const of = (
    name: PartName,
    value: number | undefined,
    words: (text: string) => readonly [string, string],
  ): Part[] => {
    if (value === undefined) return [];
    const text = name === 'left' ? formatDuration(value) : formatNumber(value, { steady: name !== 'rate' });
    const [long, short] = words(text);
    return [{ name, long, short }];
  };
  // Numbers that count up are padded to the width of their end, so that nothing after them moves.
  const count = (value: number, end: number) => `${String(value).padStart(String(end).length)}/${end}`;
  const epoch = `epoch ${count(state.epoch, state.epochs)}`;
  const step = count(state.step, state.stepsPerEpoch);
  return [
    { name: 'epoch', long: epoch, short: epoch },
    { name: 'bar', long: '', short: '' },
    { name: 'step', long: step, short: step },
    ...of('loss', state.loss, (text) => [`loss ${text}`, `loss ${text}`]),
    ...of('error', state.error, (text) => [`error ${text}`, `error ${text}`]),
    ...of('rate', state.learningRate, (text) => [`learning rate ${text}`, `rate ${text}`]),
    ...of('gradient', state.gradientNorm, (text) => [`gradient norm ${text}`, `‖g‖ ${text}`]),
    ...of('speed', state.examplesPerSecond, (text) => [`${text} examples/s`, `${text}/s`]),
    ...of('left', state.secondsLeft, (text) => [`${text} left`, `${text.replace(' min', '')} left`]),
  ];
}

/** `━━━━━╸────`: half a character is the finest step. */
export function bar(part: number, width: number): string {
  const halves = Math.round(Math.min(1, Math.max(0, part)) * width * 2);
  const full = Math.floor(halves / 2);
  const half = halves % 2 === 1 ? '╸' : '';
  return `${'━'.repeat(full)}${half}${'─'.repeat(width - full - half.length)}`;
}
