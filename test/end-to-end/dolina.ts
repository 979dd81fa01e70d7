/** Starts the built program, as a shell would, in a folder of its own; nothing of the machine's user is touched. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';

export const root = resolve(import.meta.dirname, '../..');
const program = join(root, 'dist/cli/main.js');

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
  /** Waits until the standard error holds `text`. */
  shows(text: string): Promise<void>;
}

/** A folder that goes when the tests of the file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dolina-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface StartOptions {
  readonly folder: string;
  /** Another build than that of the repository. */
  readonly program?: string;
}

export function start(args: readonly string[], { folder, program: other }: StartOptions): Started {
  const main = other ?? program;
  if (!existsSync(main)) throw new Error(`${main} is missing: run "npm run build" first`);
  const { NO_COLOR: _, COLUMNS: __, ...env } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...env, XDG_CACHE_HOME: join(folder, 'cache'), HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  const waiting: { text: string; done: () => void }[] = [];
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
    for (const { text, done } of waiting) if (err.includes(text)) done();
  });
  const ended = new Promise<Outcome>((settle) => child.on('close', (code) => settle({ code, out, err })));
  return {
    child,
    ended,
    shows: (text) =>
      Promise.race([
        new Promise<void>((done) => void waiting.push({ text, done })),
        ended.then(() => Promise.reject(new Error(`it ended before it showed "${text}":\n${err}`))),
      ]),
  };
}

export function dolina(folder: string, ...args: string[]): Promise<Outcome> {
  return start(args, { folder }).ended;
}

export const lastLine = (text: string) => text.trimEnd().split('\n').at(-1) ?? '';
export const readJson = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

/** A table of three clouds of points in the plane, by name: half a unit wide, two units apart. */
export function threeClouds(rows = 120): string {
  const centres = [
    ['north', 0, 1],
    ['west', -1, -1],
    ['east', 1, -1],
  ] as const;
  const lines = Array.from({ length: rows }, (_, i) => {
    const [name, x, y] = centres[i % 3]!;
    // Points of a spiral in each cloud: irregular enough, and the same on every machine.
    const [angle, radius] = [2.4 * i, 0.5 * Math.sqrt(i / rows)];
    return `${(x + radius * Math.cos(angle)).toFixed(4)},${(y + radius * Math.sin(angle)).toFixed(4)},${name}`;
  });
  return `x,y,kind\n${lines.join('\n')}\n`;
}

/** Lays `clouds.csv` and `clouds.json` down; `changes` replace parts of the experiment. */
export function writeExperiment(folder: string, changes: Readonly<Record<string, unknown>> = {}): void {
  writeFileSync(join(folder, 'clouds.csv'), threeClouds());
  const experiment = {
    name: 'clouds',
    data: { csv: 'clouds.csv', target: 'kind', standardize: true, test: { fraction: 0.25, stratified: true } },
    validation: { fraction: 0.2 },
    model: {
      layer: 'sequential',
      layers: [
        { layer: 'dense', units: 8 },
        { layer: 'relu' },
        { layer: 'dropout', rate: 0.1 },
        { layer: 'dense', units: 3 },
      ],
    },
    loss: { loss: 'softmaxCrossEntropy' },
    metrics: { error: { metric: 'zeroOne' } },
    optimizer: { optimizer: 'adam', learningRate: 0.02 },
    batchSize: 16,
    epochs: 6,
    seed: 3,
    ...changes,
  };
  writeFileSync(join(folder, 'clouds.json'), JSON.stringify(experiment));
}
