import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseRows } from '../../src/train/metrics-log.ts';
import { readEventFile } from '../../src/train/record/event-file.ts';
import { dolina, lastLine, readJson, start, temporaryFolder, writeExperiment } from './dolina.ts';

const folder = temporaryFolder();
beforeAll(() => writeExperiment(folder));

const everyEpoch = 'checkpoints={"every":{"epochs":1}}';
const weights = (path: string) => readFileSync(join(folder, path, 'model.safetensors')).toString('hex');

async function trained(...args: string[]): Promise<string> {
  const { code, out, err } = await dolina(folder, 'train', 'clouds.json', '--threads', '1', ...args);
  expect(code, err).toBe(0);
  return lastLine(out);
}

/** Trains until so many epochs are told, and stops it by a signal. */
async function interrupted(signal: NodeJS.Signals, epoch: number, ...args: string[]): Promise<string> {
  const run = start(['train', 'clouds.json', '--threads', '1', '--epochs', '150', ...args], { folder });
  await run.shows(`epoch=${epoch} `);
  run.child.kill(signal);
  await run.ended;
  const [latest] = readdirSync(join(folder, 'runs/clouds')).sort().reverse();
  return join('runs/clouds', latest!);
}

describe('dolina resume', () => {
  it('goes on after SIGINT and after SIGKILL, to the bit as if nothing had happened', async () => {
    const whole = await trained('--epochs', '150');
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      rmSync(join(folder, 'runs/other'), { recursive: true, force: true });
      const run = start(
        ['train', 'clouds.json', '--threads', '1', '--epochs', '150', '--out', 'runs/other', '--set', everyEpoch],
        {
          folder,
        },
      );
      await run.shows('epoch=3 ');
      run.child.kill(signal);
      await run.ended;
      const resumed = await dolina(folder, 'resume', 'latest', '--runs', 'runs/other');
      expect(resumed.code, resumed.err).toBe(0);
      const path = lastLine(resumed.out);
      expect(weights(path)).toBe(weights(whole));
      expect(readJson(folder, path, 'run.json')).toMatchObject({ status: 'done', exitCode: 0, epoch: 150 });
      // Every step is logged once, in order, in both logs.
      const rows = parseRows(readFileSync(join(folder, path, 'metrics.jsonl'), 'utf8'));
      const logged = parseRows(readFileSync(join(folder, whole, 'metrics.jsonl'), 'utf8'));
      expect(rows.map(({ step }) => step)).toEqual(logged.map(({ step }) => step));
      expect(rows.map((row) => row['train/loss'])).toEqual(logged.map((row) => row['train/loss']));
      const events = readdirSync(join(folder, path)).filter((name) => name.startsWith('events.out'));
      expect(events).toHaveLength(1);
      const tagged = [...readEventFile(readFileSync(join(folder, path, events[0]!)), events[0]!)].flatMap(
        ({ step, values }) =>
          values.some((value) => value.kind === 'scalar' && value.tag === 'train/loss') ? [step] : [],
      );
      expect(tagged).toEqual(logged.filter((row) => 'train/loss' in row).map(({ step }) => step));
    }
  }, 120_000);

  it('names a damaged checkpoint, and uses the one before', async () => {
    const path = await interrupted('SIGKILL', 5, '--set', everyEpoch);
    const names = readdirSync(join(folder, path, 'checkpoints')).filter((name) => /^step-\d+$/.test(name));
    const newest = names.sort().at(-1)!;
    const file = join(folder, path, 'checkpoints', newest, 'training.safetensors');
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(file, bytes);
    const { code, err } = await dolina(folder, 'resume', path);
    expect(code, err).toBe(0);
    expect(err).toContain(
      `warning: the checkpoint is damaged: its checksum does not fit (${join(path, 'checkpoints', newest)}`,
    );
    expect(err).toMatch(/going on from step-\d+, the one before/);
  }, 60_000);

  it('says that a run is done, and trains on where it is given more epochs', async () => {
    const path = await trained('--epochs', '2');
    const done = await dolina(folder, 'resume', path);
    expect(done).toMatchObject({ code: 0, out: `${path}\n` });
    expect(done.err).toContain('this run is done: all its 2 epochs');
    expect((await dolina(folder, 'resume', path, '--epochs', '4')).code).toBe(0);
    expect(readJson(folder, path, 'run.json')).toMatchObject({ status: 'done', epoch: 4 });
    expect(readJson(folder, path, 'config.json').epochs).toBe(4);
    expect(weights(path)).toBe(weights(await trained('--epochs', '4')));
  });

  it('keeps the reason of a stopping policy, and the model has its best parameters', async () => {
    const stopping = '{"stopping":"earlyStopping","monitor":"validation/loss","patience":2}';
    const path = await trained(
      '--epochs',
      '150',
      '--set',
      `stopping=${stopping}`,
      '--set',
      'optimizer.learningRate=0.2',
    );
    const record = readJson(folder, path, 'run.json');
    expect(record).toMatchObject({ status: 'done', exitCode: 0 });
    expect(record.reason).toMatch(/^validation\/loss has not improved for 2 evaluations; its best was /);
    const rows = parseRows(readFileSync(join(folder, path, 'metrics.jsonl'), 'utf8'));
    const losses = rows.flatMap((row) => row['validation/loss'] ?? []);
    expect(losses.length).toBeLessThan(150);
    const evaluated = await dolina(folder, 'evaluate', path, '--set-name', 'validation', '--json');
    expect(JSON.parse(evaluated.out)['validation/loss']).toBeCloseTo(Math.min(...losses), 6);
    const again = await dolina(folder, 'resume', path);
    expect(again.err).toContain('this run is done: validation/loss has not improved');
  });

  it('ends with 4 where the loss is far above its best, and with 2 where a policy watches nothing', async () => {
    const far = '[{"stopping":"divergence","factor":0.01}]';
    const diverged = await dolina(
      ...[folder, 'train', 'clouds.json', '--epochs', '300', '--set', `stopping=${far}`],
      ...[
        '--set',
        'optimizer={"optimizer":"sgd","learningRate":{"schedule":"warmup","over":{"epochs":300},"from":0.001,"into":300}}',
      ],
    );
    expect(diverged.code, diverged.err).toBe(4);
    expect(diverged.err).toMatch(/error: diverged at step \d+: the loss has risen to/);
    const blind = '{"stopping":"earlyStopping","monitor":"validation/eror"}';
    const refused = await dolina(folder, 'train', 'clouds.json', '--set', `stopping=${blind}`);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('Did you mean "validation/error"?');
  });

  it('refuses a run without a checkpoint, and one that another process writes', async () => {
    const path = await trained('--epochs', '1');
    rmSync(join(folder, path, 'checkpoints'), { recursive: true });
    const done = await dolina(folder, 'resume', path);
    expect([done.code, lastLine(done.out)]).toEqual([0, path]);
    const none = await dolina(folder, 'resume', path, '--epochs', '2');
    expect(none.code).toBe(3);
    expect(none.err).toContain('the run has no checkpoint');
    const run = start(['train', 'clouds.json', '--epochs', '1000000', '--out', 'runs/live'], { folder });
    await run.shows('epoch=2 ');
    const live = await dolina(folder, 'resume', 'latest', '--runs', 'runs/live');
    run.child.kill('SIGKILL');
    await run.ended;
    expect(live.code).toBe(2);
    expect(live.err).toContain('is writing this run');
  });
});
