import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { dolina, readJson, root, start, temporaryFolder, threeClouds, writeExperiment } from './dolina.ts';

const folder = temporaryFolder();

/** The table with one cell replaced; the first row of data is row 2. */
function withCell(row: number, column: number, text: string): string {
  const lines = threeClouds().split('\n');
  const cells = lines[row - 1]!.split(',');
  cells[column] = text;
  lines[row - 1] = cells.join(',');
  return lines.join('\n');
}

/** An IDX file of bytes: two zero bytes, type, rank, dimensions, values. */
function idx(dimensions: readonly number[], values: number): Buffer {
  const head = Buffer.alloc(4 + 4 * dimensions.length);
  head.writeUInt32BE(0x0800 + dimensions.length);
  for (const [i, n] of dimensions.entries()) head.writeUInt32BE(n, 4 + 4 * i);
  return Buffer.concat([head, Buffer.alloc(values)]);
}

function writeIdxFolder(name: string, trainingImages: Buffer): void {
  mkdirSync(join(folder, name));
  const write = (file: string, bytes: Buffer) => writeFileSync(join(folder, name, `${file}.gz`), bytes);
  write('train-images-idx3-ubyte', trainingImages);
  write('train-labels-idx1-ubyte', gzipSync(idx([2], 2)));
  write('t10k-images-idx3-ubyte', gzipSync(idx([2, 28, 28], 2 * 784)));
  write('t10k-labels-idx1-ubyte', gzipSync(idx([2], 2)));
}

beforeAll(() => {
  writeExperiment(folder);
  writeFileSync(join(folder, 'text.csv'), withCell(5, 1, 'two'));
  writeFileSync(join(folder, 'missing.csv'), withCell(7, 0, ''));
  writeFileSync(join(folder, 'label.csv'), withCell(9, 2, 'south'));
  writeFileSync(join(folder, 'broken.json'), '{ "name": ');
  const mistaken = readFileSync(join(folder, 'clouds.json'), 'utf8').replace('"units"', '"unit"');
  writeFileSync(join(folder, 'mistake.json'), mistaken);
  writeFileSync(join(folder, 'broken.ts'), 'const a: number = ;');
  const whole = gzipSync(idx([2, 28, 28], 2 * 784));
  writeIdxFolder('short', gzipSync(idx([2, 28, 28], 784)));
  writeIdxFolder('torn', whole.subarray(0, whole.length - 12));
});

/** What is typed after `dolina`, where the mistake lies, and what the line on stderr says of it. */
type Refusal = readonly [mistake: string, typed: string, code: 2 | 3, says: readonly string[]];

const train = (rest: string) => `train clouds.json ${rest}`;
const images = (folder: string) => `train fashion-mnist-mlp --set data={"set":"mnist","folder":"${folder}"}`;

const refusals: readonly Refusal[] = [
  ['an unknown command', 'trian', 2, ['there is no command "trian"', 'Did you mean "train"?']],
  ['no experiment', 'train', 2, ['needs an experiment', 'fashion-mnist-cnn']],
  ['an unknown experiment', 'train fashion-mnist-ccn', 2, ['is no experiment', 'Did you mean "fashion-mnist-cnn"?']],
  ['an unknown option', train('--epoch 3'), 2, ['unknown option "--epoch"', 'Did you mean "--epochs"?']],
  ['an unknown engine', train('--engine cpuu'), 2, ['there is no engine "cpuu"', 'Did you mean "cpu"?']],
  ['an unknown progress', train('--progress line'), 2, ['--progress is "line"', 'Did you mean "lines"?']],
  ['an unknown key', train('--set optimizer.epsilom=1'), 2, ['no "optimizer.epsilom"', 'mean "optimizer.epsilon"?']],
  ['a negative learning rate', train('--set optimizer.learningRate=-1'), 2, ['learningRate is -1', 'at least 0']],
  ['a learning rate of NaN', train('--set optimizer.learningRate=NaN'), 2, ['learningRate is NaN', 'finite']],
  ['a negative seed', train('--seed -1'), 2, ['seed is -1']],
  ['half a thread', train('--threads 0.5'), 2, ['threads is 0.5']],
  [
    'a layer that its input does not fit',
    train('--set model={"layer":"conv2d","channels":4,"kernel":3}'),
    2,
    ['conv1: its input has shape [16, 2]'],
  ],
  [
    'fewer outputs than classes',
    train('--set model.layers.3.units=2'),
    2,
    ['gives 2 numbers', '3 classes', 'dense(3)'],
  ],
  ['an unknown layer', train('--set model.layers.1={"layer":"rellu"}'), 2, ['is no layer', 'Did you mean "relu"?']],
  ['a batch larger than the set', train('--set batchSize=73'), 2, ['batchSize is 73', '72 examples']],
  ['… also in a dry run', train('--set batchSize=73 --dry-run'), 2, ['batchSize is 73', '72 examples']],
  ['a folder for runs that is a file', train('--out clouds.csv'), 2, ['--out is "clouds.csv"', 'is a file']],
  [
    '… or would lie in one',
    'race clouds.json --optimizers sgd,adam --out clouds.csv/runs',
    2,
    ['clouds.csv is a file'],
  ],
  ['a mistake in a file', 'train mistake.json', 2, ['unknown option "unit"', 'mistake.json: model.layers.0', 'units']],
  ['a file that is no JSON', 'train broken.json', 2, ['is no JSON', 'broken.json']],
  ['a module that does not parse', 'train broken.ts', 2, ['cannot be run', 'broken.ts']],
  ['a CSV file that is missing', train('--set data.csv=none.csv'), 3, ['none.csv']],
  ['a CSV file with text', train('--set data.csv=text.csv'), 3, ['"two" is no number', 'text.csv, row 5, column "y"']],
  ['a CSV file with a gap', train('--set data.csv=missing.csv'), 3, ['is missing', 'missing.csv, row 7, column "x"']],
  [
    'a label outside the classes',
    train('--set data.csv=label.csv --set data.classNames=["east","north","west"]'),
    3,
    ['"south" is none of the 3 classes', 'row 9'],
  ],
  ['a column that is not there', train('--set data.target=knid'), 2, ['no column "knid"', 'Did you mean "kind"?']],
  ['an IDX file that is too short', images('short'), 3, ['the file has 800', 'train-images-idx3-ubyte']],
  ['a gzip file that is torn', images('torn'), 3, ['train-images-idx3-ubyte.gz']],
  ['a run that is not there', 'evaluate runs/none', 3, ['run.json cannot be read', 'Name a run directory']],
  ['an unknown set name', 'evaluate runs/none --set-name tset', 2, ['--set-name is "tset"', 'Did you mean "test"?']],
];

describe('bad input ends with one clear line and its exit code, before anything is written', () => {
  it.each(refusals)('%s', async (_mistake, typed, code, says) => {
    const outcome = await dolina(folder, ...typed.trim().split(' '));
    expect(outcome.code, outcome.err).toBe(code);
    expect(outcome.out).toBe('');
    const lines = outcome.err.trimEnd().split('\n');
    for (const text of says) expect(lines.at(-1)).toContain(text);
    // Before the error there is at most the line that tells where the data is from.
    expect(lines.slice(0, -1).every((line) => line.startsWith('data: '))).toBe(true);
    expect(lines.at(-1)).toMatch(/^error: /);
    expect(existsSync(join(folder, 'runs'))).toBe(false);
  });

  it('no command: lists them, code 2', async () => {
    const { code, out, err } = await dolina(folder);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('train <experiment>');
  });

  it('no engine installed: names the package, code 2', async () => {
    const { program, home } = withoutEngines();
    for (const [engine, name] of [
      ['cpu', 'onnxruntime-node'],
      ['wasm', 'onnxruntime-web'],
    ] as const) {
      const args = ['train', join(folder, 'clouds.json'), '--engine', engine];
      const { code, err } = await start(args, { folder: home, program }).ended;
      expect(code, err).toBe(2);
      expect(err).toMatch(new RegExp(`^error: .*Install it with "npm install ${name}"`, 'm'));
    }
  });
});

/** The program as npm installs it, without the optional peers. */
function withoutEngines(): { program: string; home: string } {
  const home = temporaryFolder();
  cpSync(join(root, 'dist'), join(home, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(home, 'package.json'));
  for (const name of Object.keys(readJson(root, 'package.json').dependencies)) {
    mkdirSync(dirname(join(home, 'node_modules', name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(home, 'node_modules', name));
  }
  return { program: join(home, 'dist/cli/main.js'), home };
}
