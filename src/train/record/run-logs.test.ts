import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromArrays } from '../../data/from-arrays.ts';
import { dense } from '../../nn/layer/dense.ts';
import { meanSquare } from '../../nn/loss/mean-square.ts';
import { byGlobalNorm } from '../../optim/clip/by-global-norm.ts';
import { sgd } from '../../optim/sgd.ts';
import { cpuEngine } from '../../runtime/ort.node.ts';
import type { EvaluationEvent, LiveValues, TrainingEvent } from '../event.ts';
import { parseRows } from '../metrics-log.ts';
import { train } from '../train.ts';
import { readEventFile } from './event-file.ts';
import type { LoggedEvent } from './logged-event.ts';
import { openRunLogs, type RunLogsOptions } from './run-logs.node.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dolina-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const options: RunLogsOptions = {
  ...{ logEvery: 2, host: 'here', wallTime: (time) => 1_500_000_000 + time },
  hyperParameters: { seed: 7, 'optimizer.optimizer': 'sgd' },
};
const step = (n: number): TrainingEvent => ({
  ...{ type: 'step', steps: 9, epochs: 3, step: n, epoch: n / 3, examples: n, time: n / 4, loss: 1 / n },
  ...{ measures: {}, hyper: { learningRate: 0.5 }, gradientNorm: n, clipped: 1 },
});
const evaluation = (n: number): EvaluationEvent => ({
  ...{ type: 'evaluation', step: n, epoch: n / 3, examples: n, time: n / 4 },
  measures: { 'validation/loss': n === 6 ? Number.NaN : n },
});
const end: TrainingEvent = { type: 'end', status: 'done', step: 9, epoch: 3, examples: 9, time: 3 };
const events = [
  ...[1, 2, 3].map(step),
  evaluation(3),
  ...[4, 5, 6].map(step),
  evaluation(6),
  ...[7, 8, 9].map(step),
  end,
];

const files = () => readdirSync(folder).sort();
const bytesOf = () => files().map((name) => readFileSync(join(folder, name)).toString('hex'));
const rows = () => parseRows(readFileSync(join(folder, 'metrics.jsonl'), 'utf8'));
const logged = (): LoggedEvent[] => [...readEventFile(readFileSync(join(folder, files()[0]!)), 'events')];

/** Logs some of the events; gives the lengths after the first of them. */
function write(some: readonly TrainingEvent[], truncateTo?: { metrics: number; events: number }) {
  const logs = openRunLogs(folder, options);
  if (truncateTo !== undefined) logs.truncate(truncateTo);
  for (const event of some) logs.on(event);
  const lengths = logs.lengths();
  logs.close();
  return lengths;
}

describe('openRunLogs', () => {
  it('says the same in both logs, at the same steps, and begins with version and hyper-parameters', () => {
    write(events);
    expect(files()).toEqual(['events.out.tfevents.1500000000.here', 'metrics.jsonl']);
    const [version, start, ...rest] = logged();
    expect(version).toEqual({ wallTime: 1_500_000_000, step: 0, fileVersion: 'brain.Event:2', values: [] });
    expect(start!.values).toEqual([
      { kind: 'session-start', hyperParameters: options.hyperParameters, seconds: 1_500_000_000 },
    ]);
    expect(rest.pop()).toMatchObject({ step: 9, values: [{ kind: 'session-end', status: 'success' }] });
    const said = rest.map(({ wallTime, step, values }) => ({
      ...{ time: wallTime - 1_500_000_000, step },
      ...Object.fromEntries(values.map((one) => (one.kind === 'scalar' ? [one.tag, one.value] : []))),
    }));
    const single = (_key: string, value: unknown) => (typeof value === 'number' ? String(Math.fround(value)) : value);
    const told = rows().map(({ epoch: _, ...row }) => row);
    expect(said.map((one) => JSON.parse(JSON.stringify(one, single)))).toEqual(
      told.map((one) => JSON.parse(JSON.stringify(one, single))),
    );
    expect(said.map((one) => one.step)).toEqual([2, 3, 4, 6, 6, 8]);
  });

  it('goes on in the same two files after a cut, byte for byte as if there had been none', () => {
    write(events);
    const whole = bytesOf();
    for (let cut = 0; cut < events.length; cut++) {
      for (const name of files()) rmSync(join(folder, name));
      const lengths = write(events.slice(0, cut));
      // Beyond the checkpoint: rows, then a torn one in each log.
      write(events.slice(cut, cut + 2));
      for (const name of files()) {
        const path = join(folder, name);
        const size = readFileSync(path).length;
        if (size > 3 + (name === 'metrics.jsonl' ? lengths.metrics : lengths.events)) truncateSync(path, size - 3);
      }
      write(events.slice(cut), lengths);
      expect(bytesOf()).toEqual(whole);
    }
  });

  it('begins anew where nothing is to be kept', () => {
    write(events);
    const whole = bytesOf();
    write(events, { metrics: 0, events: 0 });
    expect(bytesOf()).toEqual(whole);
  });

  it('refuses to cut where a log is shorter, or has no record to end with, and leaves both as they were', () => {
    const lengths = write(events);
    const before = bytesOf();
    const cut = (metrics: number, records: number) => () => write([], { metrics, events: records });
    expect(cut(lengths.metrics + 1, lengths.events)).toThrow(/metrics\.jsonl/);
    expect(cut(lengths.metrics, lengths.events + 1)).toThrow(/tfevents/);
    expect(cut(lengths.metrics - 1, lengths.events)).toThrow(`byte ${lengths.metrics - 1} is within a record`);
    expect(cut(lengths.metrics, lengths.events - 1)).toThrow(`byte ${lengths.events - 1} is within a record`);
    expect(bytesOf()).toEqual(before);
  });

  it('has histograms of parameters and unclipped gradients at each evaluation, where they are asked for', async () => {
    const training = fromArrays({
      ...{ input: Float32Array.from({ length: 12 }, (_, i) => i / 7), inputShape: [3] },
      ...{ target: Float32Array.of(1, -1, 2, 0), targetShape: [1] },
    });
    const logs = openRunLogs(folder, { ...options, histograms: true });
    const norms: number[] = [];
    const seen: Float32Array[] = [];
    const engine = await cpuEngine();
    const result = await train({
      ...{ model: dense(1), training, loss: meanSquare(), optimizer: sgd({ learningRate: 0.01 }), engine },
      ...{ batchSize: 4, epochs: 2, clip: byGlobalNorm(1e-3), groups: [{ match: '*/bias', trainable: false }] },
      on(event: TrainingEvent, values?: LiveValues) {
        logs.on(event, values);
        if (event.type === 'step') norms.push(event.gradientNorm);
        if (event.type === 'evaluation') seen.push(values!.parameters.get('dense1/weight')!.slice());
      },
    });
    await engine.release();
    logs.close();
    const drawn = logged().flatMap(({ values }) => values.filter((value) => value.kind === 'histogram'));
    const tags = ['parameter/dense1/weight', 'parameter/dense1/bias', 'gradient/dense1/weight'];
    expect(drawn.map(({ tag }) => tag)).toEqual([...tags, ...tags]);
    for (const epoch of [0, 1]) {
      const [weight, , gradient] = drawn.slice(3 * epoch).map(({ histogram }) => histogram);
      expect(weight).toMatchObject({ num: 3, min: Math.min(...seen[epoch]!), max: Math.max(...seen[epoch]!) });
      expect(Math.sqrt(gradient!.sumOfSquares)).toBeCloseTo(norms[epoch]!, 5);
    }
    expect([...seen[1]!]).toEqual([...result.model.parameters.get('dense1/weight')!.values]);
  });
});
