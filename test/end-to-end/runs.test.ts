import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { dolina, lastLine, readJson, root, start, temporaryFolder, writeExperiment } from './dolina.ts';

const folder = temporaryFolder();
/** Paths of the runs, in the order in which they were begun. */
let paths: string[];
const id = (index: number) => basename(paths[index]!);
const runs = (...args: string[]) => dolina(folder, 'runs', ...args);

/** What the program prints where a terminal of so many characters shows it. */
function inColumns(columns: number, ...args: string[]): Promise<string> {
  return new Promise((settle) => {
    const child = spawn(process.execPath, [join(root, 'dist/cli/main.js'), 'runs', ...args], {
      cwd: folder,
      env: { ...process.env, COLUMNS: String(columns) },
    });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.on('close', () => settle(out));
  });
}

beforeAll(async () => {
  writeExperiment(folder);
  const trainings = [
    ['--epochs', '6'],
    ['--epochs', '2', '--set', 'optimizer.learningRate=0.001'],
    ['--epochs', '4', '--set', 'optimizer={"optimizer":"sgd","learningRate":0.1}', '--seed', '4'],
    ['--epochs', '2', '--set', 'optimizer={"optimizer":"sgd","learningRate":1e38}'],
  ];
  paths = [];
  for (const args of trainings) {
    const { out } = await dolina(folder, 'train', 'clouds.json', '--progress', 'none', '--threads', '1', ...args);
    paths.push(lastLine(out));
  }
}, 300_000);

describe('dolina runs ls', () => {
  it('lists whole ids, the latest first, where no terminal reads it', async () => {
    const { code, out, err } = await runs('ls');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [head, ...lines] = out.trimEnd().split('\n');
    expect(head).toMatch(/^run +experiment +status +when +took +epoch +step +seed +validation\/error ↓ /);
    expect(head).toMatch(/ optimizer +optimizer\.learningRate/);
    expect(lines.map((line) => line.split(' ')[0])).toEqual([3, 2, 1, 0].map(id));
    expect(lines[0]).toMatch(/ diverged /);
    expect(lines[1]).toMatch(/ done .* 4\/4 +20 +4 .* sgd +0\.1$/);
  });

  it.each([40, 80, 120])('fits a terminal of %i characters, with names by which a run is found', async (columns) => {
    const lines = (await inColumns(columns, 'ls')).trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(columns);
    const short = lines.at(-1)!.split(' ')[0]!;
    expect(readJson(folder, paths[0]!, 'run.json').id).toMatch(new RegExp(`-${short}$`));
    const shown = await runs('show', short, '--json');
    expect(JSON.parse(shown.out).id).toBe(id(0));
  });

  it('filters, sorts and limits, as data', async () => {
    const listed = async (...args: string[]) => {
      const { code, out, err } = await runs('ls', '--json', ...args);
      expect(code, err).toBe(0);
      return (JSON.parse(out) as { id: string }[]).map((run) => paths.findIndex((path) => basename(path) === run.id));
    };
    expect(await listed('--filter', 'optimizer=adam')).toEqual([1, 0]);
    expect(await listed('--filter', 'optimizer.learningRate<0.05 status=done')).toEqual([1, 0]);
    expect(await listed('--filter', 'optimizer=sgd', '--filter', 'seed=3')).toEqual([3]);
    expect(await listed('--filter', 'status=done', '--sort', 'validation/loss')).toContain(0);
    const errors = [0, 1, 2].map(
      (index) => readJson(folder, paths[index]!, 'run.json').metrics['validation/loss'] as number,
    );
    const order = [0, 1, 2].sort((a, b) => errors[a]! - errors[b]!);
    expect(await listed('--sort', 'validation/loss')).toEqual([...order, 3]);
    expect(await listed('--sort', '-validation/loss', '--limit', '1')).toEqual([order[2]]);
  });

  it('gives fields, measures and differences as JSON', async () => {
    const { out } = await runs(
      'ls',
      '--json',
      '--filter',
      'status=done',
      '--columns',
      'optimizer.learningRate,validation/error',
    );
    const [third] = JSON.parse(out);
    const record = readJson(folder, paths[2]!, 'run.json');
    expect(third).toMatchObject({
      ...{ id: id(2), path: paths[2], experiment: 'clouds', status: 'done', exitCode: 0, seed: 4, step: 20, epochs: 4 },
      metrics: record.metrics,
      values: { 'optimizer.learningRate': 0.1, 'validation/error': record.metrics['validation/error'] },
      differences: { optimizer: 'sgd', 'optimizer.learningRate': 0.1, epochs: 4 },
    });
  });

  it('is not disturbed by a reader that closes early', async () => {
    const shell = spawn(
      'bash',
      ['-c', `set -o pipefail; "${process.execPath}" "${root}/dist/cli/main.js" runs export ${id(0)} | head -n 1`],
      { cwd: folder },
    );
    let [out, err] = ['', ''];
    shell.stdout.on('data', (chunk) => {
      out += chunk;
    });
    shell.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const code = await new Promise((settle) => shell.on('close', settle));
    expect({ code, out, err }).toEqual({ code: 0, out: 'run,step,epoch,time,tag,value\n', err: '' });
  });
});

describe('dolina runs show, diff and best', () => {
  it('shows configuration, files, measures with their best, and the curve', async () => {
    const { code, out } = await runs('show', id(0));
    expect(code).toBe(0);
    const { metrics } = readJson(folder, paths[0]!, 'run.json');
    expect(out).toMatch(/^status +done, exit code 0$/m);
    expect(out).toMatch(/^optimizer +adam learningRate=0\.02 /m);
    expect(out).toMatch(/^ +2 dropout rate=0\.1/m);
    expect(out).toMatch(/^model\.onnx +\d/m);
    expect(out).toMatch(/^validation\/error ↓ +\S+ +\S+ +step \d+, epoch \d$/m);
    expect(out).toMatch(/[\u2801-\u28ff]/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
    expect(out).not.toMatch(/[\r\x1b]/);
    const json = JSON.parse((await runs('show', id(0), '--json')).out);
    const rows = readFileSync(join(folder, paths[0]!, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const losses = rows.flatMap((row) => ('validation/loss' in row ? [[row['validation/loss'], row.step]] : []));
    const [best, step] = losses.reduce((a, b) => (b[0] < a[0] ? b : a));
    expect(json.measures.find(({ tag }: { tag: string }) => tag === 'validation/loss')).toMatchObject({
      ...{ better: 'lower', last: { value: metrics['validation/loss'], step: 30 }, best: { value: best, step } },
    });
    expect(json.files.map(({ name }: { name: string }) => name)).toContain('checkpoints/latest');
    expect(json.config).toEqual(readJson(folder, paths[0]!, 'config.json'));
  });

  it('shows only what differs, and marks the best', async () => {
    const { code, out } = await runs('diff', id(0), id(2));
    expect(code).toBe(0);
    expect(out).toMatch(/^optimizer +adam +sgd$/m);
    expect(out).toMatch(/^optimizer\.learningRate +0\.02 +0\.1$/m);
    expect(out).toMatch(/^seed +3 +4$/m);
    expect(out).not.toMatch(/batchSize|softmaxCrossEntropy|dropout/);
    expect(out).toMatch(/^validation\/loss ↓ +.* \*/m);
    const { config, results } = JSON.parse((await runs('diff', id(0), id(2), '--json')).out);
    expect(config).toContainEqual({ key: 'epochs', values: [6, 4] });
    const loss = results.find(({ key }: { key: string }) => key === 'validation/loss');
    expect(loss.best).toEqual([loss.values[0] < loss.values[1] ? 0 : 1]);
  });

  it('gives the best run as the last line on stdout, and evaluate takes it by name', async () => {
    const losses = [0, 1, 2].map(
      (index) => readJson(folder, paths[index]!, 'run.json').metrics['validation/loss'] as number,
    );
    const expected = paths[losses.indexOf(Math.min(...losses))]!;
    const best = await runs('best', '--by', 'validation/loss');
    expect(best).toMatchObject({ code: 0, out: `${expected}\n` });
    expect(best.err).toMatch(/^last validation\/loss \S+ at step \d+, the lowest of 3 runs$/m);
    const evaluated = await dolina(folder, 'evaluate', 'best:validation/loss', '--json');
    expect(JSON.parse(evaluated.out)['test/loss']).toBe(readJson(folder, expected, 'run.json').metrics['test/loss']);
  });
});

describe('dolina runs plot and export', () => {
  it('draws several runs under what differs between them, smoothed as asked, in the terminal and as SVG', async () => {
    const named = [id(0), id(1), id(2)];
    const { code, out, err } = await runs(
      'plot',
      ...named,
      '--y',
      'validation/loss',
      '--smooth',
      '0.5',
      '--svg',
      'p.svg',
    );
    expect(code, err).toBe(0);
    for (const text of ['adam learningRate=0.02', 'adam learningRate=0.001', 'sgd learningRate=0.1']) {
      expect(out).toContain(text);
      expect(readFileSync(join(folder, 'p.svg'), 'utf8')).toContain(text);
    }
    const both = await runs('plot', id(3), id(0), '--y', 'validation/loss');
    expect(both).toMatchObject({ code: 0, err: `note: ${id(3)} (diverged) has nothing to draw here\n` });
    const { panels } = JSON.parse(
      (await runs('plot', id(2), '--y', 'validation/loss', '--x', 'step', '--smooth', '0.5', '--json')).out,
    );
    const { points, raw } = panels[0].curves[0] as Record<'points' | 'raw', [number, number][]>;
    expect(raw.map(([x]) => x)).toEqual([5, 10, 15, 20]);
    const [y1, y2, y3] = raw.map(([, y]) => y);
    expect(points[2]![1]).toBeCloseTo((0.25 * y1! + 0.5 * y2! + y3!) / 1.75, 12);
  });

  it('exports every value as CSV and as JSON lines', async () => {
    const { code, err } = await runs('export', id(0), id(1), '--to', 'metrics.csv');
    expect(code, err).toBe(0);
    const [head, ...lines] = readFileSync(join(folder, 'metrics.csv'), 'utf8').trimEnd().split('\n');
    expect(head).toBe('run,step,epoch,time,tag,value');
    const count = [0, 1].reduce((sum, index) => {
      const rows = readFileSync(join(folder, paths[index]!, 'metrics.jsonl'), 'utf8')
        .trim()
        .split('\n');
      return sum + rows.reduce((all, row) => all + Object.keys(JSON.parse(row)).length - 3, 0);
    }, 0);
    expect(lines).toHaveLength(count);
    expect(err).toBe(`written to metrics.csv: ${count} values of 2 runs\n`);
    const { out } = await runs('export', id(0), '--json', '--tags', 'validation/error');
    const rows = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ step }) => step)).toEqual([5, 10, 15, 20, 25, 30]);
    expect(rows[5]).toMatchObject({
      run: id(0),
      epoch: 6,
      tag: 'validation/error',
      value: readJson(folder, paths[0]!, 'run.json').metrics['validation/error'],
    });
  });
});

describe('dolina runs rm', () => {
  it('asks, and removes nothing where nobody answers', async () => {
    const { code, out, err } = await runs('rm', id(1));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/nobody is there to be asked .*Give --yes/);
    expect(existsSync(join(folder, paths[1]!))).toBe(true);
  });

  it('refuses what is no run directory, and links', async () => {
    mkdirSync(join(folder, 'project'));
    writeFileSync(join(folder, 'project', 'run.json'), 'not a run');
    symlinkSync(join(folder, paths[1]!), join(folder, 'link'));
    for (const [path, message] of [
      ['clouds.csv', /no run|names no/],
      ['./project', /not that of a run directory/],
      ['./link', /is a link/],
      ['./runs', /folder of/],
    ] as const) {
      const { code, err } = await runs('rm', path, '--yes');
      expect(code, path).not.toBe(0);
      expect(err).toMatch(message);
    }
    expect(readdirSync(join(folder, 'project'))).toEqual(['run.json']);
    expect(readdirSync(join(folder, paths[1]!))).toContain('run.json');
  });

  it('removes one run and nothing else', async () => {
    cpSync(join(folder, paths[1]!), join(folder, 'copies/clouds', id(1)), { recursive: true });
    cpSync(join(folder, paths[2]!), join(folder, 'copies/clouds', id(2)), { recursive: true });
    const { code, out } = await runs('rm', id(1), '--yes', '--runs', 'copies');
    expect({ code, out }).toEqual({ code: 0, out: `copies/clouds/${id(1)}\n` });
    expect(readdirSync(join(folder, 'copies/clouds'))).toEqual([id(2)]);
    expect(existsSync(join(folder, paths[1]!))).toBe(true);
  });
});

describe('runs in bad shape', () => {
  it('are shown as running while they run and as died once they were killed; a running one is not removed', async () => {
    const started = start(['train', 'clouds.json', '--epochs', '100000', '--out', 'live'], { folder });
    await started.shows('epoch=2 ');
    const status = async () => JSON.parse((await runs('ls', '--runs', 'live', '--json')).out)[0];
    expect(await status()).toMatchObject({ status: 'running', epochs: 100000 });
    const refused = await runs('rm', 'latest', '--yes', '--runs', 'live');
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toMatch(/is running .*Stop it first/);
    started.child.kill('SIGKILL');
    await started.ended;
    const died = await status();
    expect(died.status).toBe('died');
    expect(died.step).toBeGreaterThanOrEqual(10);
    expect((await runs('rm', 'latest', '--yes', '--runs', 'live')).code).toBe(0);
  });

  it('are listed with what is wrong named on stderr, and break no command', async () => {
    for (const index of [0, 2])
      cpSync(join(folder, paths[index]!), join(folder, 'broken/clouds', id(index)), { recursive: true });
    const log = join(folder, 'broken/clouds', id(0), 'metrics.jsonl');
    truncateSync(log, readFileSync(log).length - 20);
    writeFileSync(join(folder, 'broken/clouds', id(2), 'run.json'), '{"id": "2026');
    const at = ['--runs', 'broken'];
    const listed = await runs('ls', ...at);
    expect(listed.code, listed.err).toBe(0);
    expect(listed.out).toMatch(/ damaged /);
    expect(listed.err).toMatch(/^note: broken\/clouds\/.*: run\.json is damaged: /m);
    for (const command of ['show', 'plot', 'export', 'diff']) {
      const { code, err } = await runs(command, id(0), id(2), ...at);
      expect(code, `${command}: ${err}`).toBe(0);
      expect(err).not.toMatch(/^error|\n {4}at /);
    }
    expect((await runs('rm', id(2), '--yes', ...at)).code).toBe(0);
  });

  it('or missing are told of in one line, with the exit code of their kind', async () => {
    const cases: [string[], number, RegExp][] = [
      [['ls', '--runs', 'nowhere'], 3, /no folder of runs "nowhere"/],
      [['ls', '--filter', 'optimiser=adam'], 2, /Did you mean "optimizer"/],
      [['ls', '--at', 'first'], 2, /--at is "first"/],
      [['ls', '--limit', '0'], 2, /--limit is 0/],
      [['ls', 'latest'], 2, /takes no "latest"/],
      [['show', 'lates'], 2, /Did you mean "latest"/],
      [['show', 'clouds'], 2, /4 runs: .*-clouds-s3-/],
      [['show', './nowhere'], 3, /no run directory/],
      [['diff', 'latest'], 2, /needs two runs at least/],
      [['best', '--by', 'gradient/norm'], 2, /--better lower/],
      [['plot', '--y', 'eror', 'best'], 2, /Did you mean "\w+\/error"/],
      [['plot', '--smooth', '1'], 2, /smooth is 1.*below 1/],
      [['plot', '--filter', 'seed=99'], 2, /no run satisfies seed=99/],
      [['list'], 2, /there is no command "runs list"\. Did you mean/],
      [['--all'], 2, /there is no option "--all"/],
    ];
    for (const [args, code, message] of cases) {
      const outcome = await runs(...args);
      expect({ code: outcome.code, out: outcome.out }, `${args.join(' ')}: ${outcome.err}`).toEqual({ code, out: '' });
      expect(outcome.err).toMatch(message);
      expect(outcome.err.trimEnd().split('\n')).toHaveLength(1);
    }
  });
});

describe('dolina runs --help', () => {
  it('tells the commands on stdout, and each its options; alone it tells them on stderr and ends with 2', async () => {
    const help = await runs('--help');
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const text of ['ls ', 'show [run…]', 'diff <run> <run>…', 'best', 'plot [run…]', 'export [run…]', 'rm <run>…'])
      expect(help.out).toContain(`  ${text}`);
    expect(await runs()).toEqual({ code: 2, out: '', err: help.out });
    expect((await runs('plot', '--help')).out).toMatch(/^dolina runs plot \[run…\] \[options\]\n/);
    expect((await dolina(folder, '--help')).out).toContain('  runs <command>');
  });
});
