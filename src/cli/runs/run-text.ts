/** One run in full, for a terminal: what it was, its files, its measures, its curve. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isPlainObject, kindKeyOf, kindOf, valueWords } from '../../train/runs/config-leaves.ts';
import type { RecordedRun } from '../../train/runs/recorded-run.ts';
import { measuresOf, type RunMeasure } from '../../train/runs/run-measures.ts';
import { formatDuration } from '../present/number-format.ts';
import { cut, tableLines } from '../present/table.ts';
import { measureHead, valueText } from './run-list.ts';

/** A file of a run directory, by its path below it. */
export interface RunFile {
  readonly name: string;
  readonly bytes: number;
}

/** Every file of a run, checkpoints included. */
export function filesOf({ path }: RecordedRun): RunFile[] {
  const visit = (folder: string, prefix: string): RunFile[] =>
    readdirSync(folder, { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const name = `${prefix}${entry.name}`;
        if (entry.isDirectory()) return visit(join(folder, entry.name), `${name}/`);
        const found = statSync(join(folder, entry.name), { throwIfNoEntry: false });
        return found === undefined ? [] : [{ name, bytes: found.size }];
      });
  return visit(path, '');
}

/** `312 B`, `6.8 kB`, `2.1 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [scale, unit] = bytes < 1e6 ? [1e3, 'kB'] : bytes < 1e9 ? [1e6, 'MB'] : [1e9, 'GB'];
  const value = bytes / scale;
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

/** What stands at the head: a line for each thing to know. */
function factsOf(run: RecordedRun): (readonly [string, string])[] {
  const { status, reason, exitCode, started, seconds, epoch, epochs, step, seed, engine, versions } = run;
  const utc = started?.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
  const far =
    epoch === undefined
      ? []
      : [
          `${epoch}${epochs === undefined ? '' : ` of ${epochs}`} epochs`,
          ...(step === undefined ? [] : [count(step, 'step')]),
        ];
  const threads = engine?.threads === undefined ? '' : ` on ${count(engine.threads, 'thread')}`;
  return [
    ['experiment', run.experiment],
    [
      'status',
      `${status}${exitCode === undefined ? '' : `, exit code ${exitCode}`}${reason === undefined ? '' : `: ${reason}`}`,
    ],
    ['started', `${utc ?? '?'}${seconds === undefined ? '' : `, trained for ${formatDuration(seconds)}`}`],
    ['trained', [...far, ...(seed === undefined ? [] : [`seed ${seed}`])].join(', ')],
    ['parameters', run.parameters === undefined ? '' : String(run.parameters)],
    ['data', run.data ?? ''],
    ['engine', engine === undefined ? '' : `${engine.name}${threads}`],
    [
      'versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
  ].filter((fact): fact is [string, string] => fact[1] !== '');
}

/** The measures: where they ended, their best, and at which step that was. */
function measureLines(run: RecordedRun, measures: readonly RunMeasure[], width: number): string[] {
  if (measures.length === 0) return ['no measures yet'];
  const at = (step: number | undefined, epoch: number | undefined) =>
    step === undefined ? '' : `step ${step}, epoch ${Number(epoch!.toFixed(2))}`;
  return tableLines(
    [
      { head: 'measure', cells: measures.map(({ tag }) => measureHead(tag, [run])) },
      { head: 'last', align: 'right', cells: measures.map(({ last }) => valueText(last.value)) },
      { head: 'best', align: 'right', cells: measures.map(({ best }) => valueText(best?.value)) },
      { head: 'at', priority: 1, cells: measures.map(({ best }) => at(best?.step, best?.epoch)) },
    ],
    width,
  );
}

/** What stands at a key in a few words: what lies deeper is named by its kind alone; config.json has it all. */
function wordsOf(value: unknown): string {
  if (!isPlainObject(value)) return valueWords(value);
  const key = kindKeyOf(value);
  const settings = Object.entries(value).filter(([name, part]) => name !== key && !isEmpty(part));
  const words = settings.map(
    ([name, part]) => `${name}=${isPlainObject(part) ? (kindOf(part) ?? wordsOf(part)) : valueWords(part)}`,
  );
  return [kindOf(value) ?? [], ...words].flat().join(' ');
}

const isEmpty = (value: unknown) => isPlainObject(value) && Object.keys(value).length === 0;

/** The configuration, a line for each key; a model's layers have lines of their own. */
function configLines({ config }: RecordedRun, width: number): string[] {
  // Formulations are measured, many, and of no interest here.
  const { name: _, seed: __, engine, ...rest } = config;
  const { formulations: ___, ...chosen } = isPlainObject(engine) ? engine : {};
  return Object.entries({ ...rest, ...(engine === undefined ? {} : { engine: chosen }) }).flatMap(([key, value]) => {
    const { layers, ...own } = isPlainObject(value) ? value : {};
    const entries = Array.isArray(layers)
      ? layers.map((layer, index) => `${String(index).padStart(11)} ${wordsOf(layer)}`)
      : [];
    const words = entries.length === 0 ? wordsOf(value) : wordsOf(own);
    return [`${key.padEnd(12)}${words}`, ...entries].map((line) => cut(line, width));
  });
}

/** The run as text; `plot` is its curve, drawn already. */
export function runText(run: RecordedRun, plot: string, width: number): string {
  const facts = factsOf(run).map(([name, text]) => cut(`${name.padEnd(12)}${text}`, width));
  const files = filesOf(run).map(({ name, bytes }) => [name, bytesText(bytes)] as const);
  const fileLines = tableLines([
    { head: 'file', cells: files.map(([name]) => name) },
    { head: 'size', align: 'right', cells: files.map(([, size]) => size) },
  ]);
  const parts = [
    [run.path, ...facts].join('\n'),
    configLines(run, width).join('\n'),
    fileLines.join('\n'),
    measureLines(run, measuresOf(run), width).join('\n'),
    plot,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
