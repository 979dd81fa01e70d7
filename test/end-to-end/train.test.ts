import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { dolina, lastLine, type Outcome, readJson, temporaryFolder, writeExperiment } from './dolina.ts';

const folder = temporaryFolder();
let run: Outcome;
let path: string;
const weights = (of: string) => readFileSync(join(of, 'model.safetensors'));

beforeAll(async () => {
  writeExperiment(folder);
  run = await dolina(folder, 'train', 'clouds.json');
  path = join(folder, lastLine(run.out));
});

describe('dolina train', () => {
  it('ends with 0, with the run directory alone on stdout', () => {
    expect({ code: run.code, err: run.err }).toMatchObject({ code: 0 });
    expect(run.out).toMatch(/^runs\/clouds\/\d{8}T\d{6}Z-clouds-s3-[0-9a-f]{4}\n$/);
    const files = readdirSync(path).map((name) => (name.startsWith('events.out.tfevents.') ? 'events' : name));
    expect(files.sort()).toEqual([
      ...['checkpoints', 'config.json', 'curves.svg', 'events', 'metrics.jsonl', 'model.onnx', 'model.safetensors'],
      'run.json',
    ]);
  });

  it('learns three clouds of points: no error on the test set', () => {
    const record = readJson(path, 'run.json');
    expect(record).toMatchObject({ status: 'done', exitCode: 0, experiment: 'clouds', seed: 3, parameters: 51 });
    expect(record.metrics['test/error']).toBe(0);
    expect(record.metrics['test/loss']).toBeLessThan(0.6);
    expect(record.data).toContain('clouds.csv');
    expect(record.versions).toMatchObject({ dolina: readJson('package.json').version, node: process.versions.node });
    expect(Object.keys(record.versions)).toContain('onnxruntime-node');
  });

  it('leaves a row for each epoch, with the tags that every run has', () => {
    const rows = readFileSync(join(path, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const evaluations = rows.filter((row) => 'validation/loss' in row);
    expect(evaluations.map((row) => row.epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    // 120 rows, less 30 to test and 18 to validate: 72 in batches of 16.
    expect(evaluations.map((row) => row.step)).toEqual([5, 10, 15, 20, 25, 30]);
    const tags = ['train/loss', 'train/error', 'validation/error', 'optim/learning-rate', 'gradient/norm'];
    for (const tag of [...tags, 'time/examples-per-second']) expect(Object.keys(evaluations[0])).toContain(tag);
    expect(evaluations[5]['train/loss']).toBeLessThan(evaluations[0]['train/loss']);
  });

  it('tells in lines what it does, without carriage returns or escape codes, where no terminal reads it', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
    expect(run.err + run.out).not.toMatch(/[\r\x1b]/);
    expect(run.err.match(/^epoch=\d step=\d+ .*validation\/loss=/gm)).toHaveLength(6);
    expect(run.err).toMatch(/^data: the file .*clouds\.csv$/m);
    expect(run.err).toMatch(/^test accuracy 1\b.* on 30 examples · trained in /m);
    const named = lastLine(run.out);
    expect(run.err).toContain(`dolina evaluate ${named}\n`);
    expect(run.err).toContain(`${named}/model.onnx\n`);
  });

  it('exports a model that ONNX Runtime runs on raw rows, and that separates the clouds', async () => {
    const session = await InferenceSession.create(join(path, 'model.onnx'));
    const input = new Tensor('float32', Float32Array.of(0, 1, -1, -1, 1, -1), [3, 2]);
    const { output } = await session.run({ input });
    expect(output!.dims).toEqual([3, 3]);
    const logits = Array.from(output!.data as Float32Array);
    const chosen = [0, 3, 6].map((at) => logits.slice(at, at + 3)).map((row) => row.indexOf(Math.max(...row)));
    // Classes in the order of their names: east, north, west.
    expect(chosen).toEqual([1, 2, 0]);
    await session.release();
  });

  it('draws the curves as an SVG that names them', () => {
    const svg = readFileSync(join(path, 'curves.svg'), 'utf8');
    expect(svg).toMatch(/^<svg /);
    for (const text of ['clouds', 'loss', 'error', 'gradient norm before clipping', 'validation'])
      expect(svg).toContain(`>${text}<`);
  });

  it('starts the same run again from its config.json: the weights are equal to the bit', async () => {
    const config = join(path, 'config.json');
    const again = await dolina(folder, 'train', config, '--out', 'again');
    expect(again.code).toBe(0);
    const second = join(folder, lastLine(again.out));
    expect(weights(second).equals(weights(path))).toBe(true);
    expect(readJson(second, 'config.json')).toEqual(readJson(config));
  });

  it('takes --seed, --epochs, --threads, --out and --set, and records what they came to', async () => {
    const changes = ['--set', 'optimizer.learningRate=3e-3', '--set', 'batchSize=32', '--set', 'dropLast=true'];
    const shorthands = ['--seed', '9', '--epochs', '2', '--threads', '1', '--out', 'elsewhere'];
    const { code, out } = await dolina(folder, 'train', 'clouds.json', ...changes, ...shorthands);
    expect(code).toBe(0);
    expect(out).toMatch(/^elsewhere\/clouds\/.*-s9-/);
    expect(readJson(folder, lastLine(out), 'config.json')).toMatchObject({
      ...{ seed: 9, epochs: 2, batchSize: 32, dropLast: true, engine: { name: 'cpu', threads: 1 } },
      optimizer: { learningRate: 0.003 },
    });
    expect(readJson(folder, lastLine(out), 'run.json')).toMatchObject({ step: 4, seed: 9 });
  });

  it('runs on the WebAssembly engine', async () => {
    const { code, out } = await dolina(folder, 'train', 'clouds.json', '--engine', 'wasm', '--epochs', '1');
    expect(code).toBe(0);
    expect(readJson(folder, lastLine(out), 'run.json').engine.name).toMatch(/^onnxruntime-web /);
  });

  it('writes every event as a line of JSON on stderr with --progress json, and nothing there with none', async () => {
    const json = await dolina(folder, 'train', 'clouds.json', '--epochs', '1', '--progress', 'json');
    const events = json.err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const types = events.map(({ type }) => type).filter((type) => type !== 'message');
    expect(types).toEqual(['start', ...Array(5).fill('step'), 'evaluation', 'checkpoint', 'end']);
    const none = await dolina(folder, 'train', 'clouds.json', '--epochs', '1', '--progress', 'none');
    expect(none).toMatchObject({ code: 0, err: '' });
  });

  it('shows with --dry-run the resolved experiment, its layers and size, and leaves nothing', async () => {
    const dry = await dolina(folder, 'train', 'clouds.json', '--dry-run', '--out', 'dry', '--set', 'epochs=4');
    expect(dry.code).toBe(0);
    const [config = '', ...rest] = dry.out.split('\n\n');
    expect(JSON.parse(config)).toMatchObject({ name: 'clouds', epochs: 4, optimizer: { beta1: 0.9 }, seed: 3 });
    expect(rest.join('\n')).toMatch(/^dense1 +dense +\[16, 8\] +24 +16 +0\.512 kB$/m);
    expect(rest.join('\n')).toMatch(/^parameters +51$/m);
    expect(rest.join('\n')).toMatch(/^steps +5 of 16 examples an epoch, 20 in all$/m);
    expect(existsSync(join(folder, 'dry'))).toBe(false);
  });
});

describe('dolina evaluate', () => {
  it('measures on the test set what the run measured at its end', async () => {
    const { code, out } = await dolina(folder, 'evaluate', path, '--json');
    expect(code).toBe(0);
    const { metrics } = readJson(path, 'run.json');
    expect(JSON.parse(out)).toEqual({ 'test/loss': metrics['test/loss'], 'test/error': metrics['test/error'] });
  });

  it('measures on the validation set what the last epoch measured, in key=value pairs', async () => {
    const { code, out } = await dolina(folder, 'evaluate', path, '--set-name', 'validation');
    expect(code).toBe(0);
    const loss = Number(/^validation\/loss=(\S+) validation\/error=/.exec(out)?.[1]);
    expect(loss).toBeCloseTo(readJson(path, 'run.json').metrics['validation/loss'], 3);
  });
});

describe('dolina evaluate --confusion', () => {
  it('shows each class against each, all right here', async () => {
    const { code, out } = await dolina(folder, 'evaluate', path, '--confusion');
    expect(code).toBe(0);
    expect(out).toMatch(/^true \\ said +0 +1 +2 +recall$/m);
    expect(out).toMatch(/^0 \w+ +10 +· +· +1\.000$/m);
    const json = await dolina(folder, 'evaluate', path, '--confusion', '--json');
    expect(JSON.parse(json.out)['test/confusion'].counts).toEqual([
      [10, 0, 0],
      [0, 10, 0],
      [0, 0, 10],
    ]);
  });
});

describe('dolina', () => {
  it('tells its version, its commands and their options on stdout', async () => {
    expect(await dolina(folder, '--version')).toEqual({
      code: 0,
      out: `${readJson('package.json').version}\n`,
      err: '',
    });
    const help = await dolina(folder, '--help');
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const text of ['train <experiment>', 'evaluate <run>']) expect(help.out).toContain(text);
    const train = await dolina(folder, 'train', '--help');
    for (const text of ['--dry-run', '--set path=value', 'fashion-mnist-cnn']) expect(train.out).toContain(text);
  });
});
