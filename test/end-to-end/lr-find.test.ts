import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { dolina, lastLine, type Outcome, readJson, temporaryFolder, writeExperiment } from './dolina.ts';

const folder = temporaryFolder();
const lrFind = (...args: string[]) => dolina(folder, 'lr-find', 'clouds.json', '--threads', '1', ...args);
let found: Outcome;

beforeAll(async () => {
  writeExperiment(folder);
  found = await lrFind('--steps', '40', '--set', 'batchSize=12', '--svg', 'curve.svg');
});

describe('dolina lr-find', () => {
  it('ends with 0, with the rate alone on stdout: three digits, between the rates that it tried', () => {
    expect({ code: found.code, err: found.err }).toMatchObject({ code: 0 });
    expect(found.out).toMatch(/^\d[\d.e-]*\n$/);
    expect(Number(found.out)).toBeGreaterThan(1e-3);
    expect(Number(found.out)).toBeLessThan(1);
  });

  it('tells each rate in a line where no terminal reads it, and the command that trains with the one it suggests', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
    expect(found.err).not.toMatch(/[\r\x1b]/);
    expect(found.err.match(/^learningRate=\S+ loss=\S+ steps=40 /gm)!.length).toBeGreaterThanOrEqual(13);
    const rate = lastLine(found.out);
    expect(found.err).toMatch(/^suggested \S+ · best \S+: loss \S+ after 40 steps, \S+ without training$/m);
    expect(found.err).toContain(
      `npx dolina train clouds.json --set batchSize=12 --set engine.threads=1 --set optimizer.learningRate=${rate}\n`,
    );
    expect(found.err).toMatch(/^curve {6}curve\.svg$/m);
  });

  it('draws the curve over a logarithmic axis, with the suggestion marked', () => {
    const svg = readFileSync(join(folder, 'curve.svg'), 'utf8');
    for (const text of ['clouds', 'learning rate', '0.001', '0.1', `suggested ${lastLine(found.out)}`])
      expect(svg).toContain(`>${text}<`);
  });

  it('finds the same again, all of it as one JSON object where asked, and the events on stderr', async () => {
    const again = await lrFind('--steps', '40', '--set', 'batchSize=12', '--json', '--progress', 'json');
    const result = JSON.parse(again.out);
    expect(result).toMatchObject({ method: 'first-steps', optimizer: 'adam', steps: 40 });
    expect(result.suggestion).toBe(Number(found.out));
    const events = again.err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const rates = events.filter(({ type }) => type === 'rate').map(({ learningRate }) => learningRate);
    expect(rates.sort((a, b) => a - b)).toEqual(
      result.curve.map(({ learningRate }: { learningRate: number }) => learningRate),
    );
  });

  it('trains with the command that it prints, to a lower loss than a tenth of that rate', async () => {
    const [, printed] = found.err.match(/npx dolina (train .*)$/m)!;
    const lossOf = async (args: readonly string[]) => {
      const run = await dolina(folder, ...args, '--epochs', '2');
      return readJson(folder, lastLine(run.out), 'run.json').metrics['train/loss'];
    };
    const suggested = printed!.split(' ');
    const tenth = suggested.map((part) => part.replace(/(?<=learningRate=).*/, (rate) => String(Number(rate) / 10)));
    expect(await lossOf(suggested)).toBeLessThan(await lossOf(tenth));
  });

  it('runs a range test where asked', async () => {
    const test = await lrFind('--method', 'range-test', '--json');
    expect({ code: test.code, err: test.err }).toMatchObject({ code: 0 });
    const { method, curve, suggestion, minimum, steps } = JSON.parse(test.out);
    expect({ method, steps }).toEqual({ method: 'range-test', steps: 100 });
    expect(curve[0].learningRate).toBe(1e-7);
    expect(suggestion).toBeLessThan(minimum);
    expect(test.err).toMatch(/^suggested \S+, where the loss falls most steeply · lowest at \S+, a tenth of that \S+/m);
    expect(test.err.match(/^learningRate=\S+ loss=\S+ step=\d+ steps=100$/gm)!.length).toBeGreaterThan(5);
  });

  it('ends with 4 where no rate makes the loss fall, and with 2 for what it does not know', async () => {
    const hopeless = await lrFind(
      '--set',
      'optimizer={"optimizer":"sgd","learningRate":1}',
      '--min',
      '1e25',
      '--max',
      '1e26',
    );
    expect(hopeless).toMatchObject({ code: 4, out: '' });
    expect(hopeless.err).toMatch(/^error: no learning rate from 1e\+21 to 1e\+26 brings the loss below/m);
    const refusals = [
      [['--method', 'range'], '--method is "range"'],
      [['--steps', '1'], 'steps is 1'],
      [['--max', '1e-5'], 'min is 0.0001 and max is 0.00001'],
      [['--svg', 'absent/curve.svg'], 'there is no folder'],
    ] as const;
    for (const [args, says] of refusals) {
      const { code, err, out } = await lrFind(...args);
      expect({ code, out, says: err.includes(says) || err }).toEqual({ code: 2, out: '', says: true });
    }
  });
});
