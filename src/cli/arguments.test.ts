import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

const table = {
  set: { value: 'path=value', help: '', repeatable: true },
  seed: { value: 'n', help: '' },
  'dry-run': { help: '' },
} as const;
const read = (...args: string[]) => readArguments('train', args, table);

describe('readArguments', () => {
  it('reads operands, flags, values in both forms, and repeated options in their order', () => {
    const given = read('a', '--set', 'x=1', '--seed=7', '--set=y=2', '--dry-run', 'b');
    expect(given.positionals).toEqual(['a', 'b']);
    expect(given.texts('set')).toEqual(['x=1', 'y=2']);
    expect(given.number('seed')).toBe(7);
    expect(given.flag('dry-run')).toBe(true);
    expect(read('a').flag('dry-run')).toBe(false);
    expect(read('a').number('seed')).toBeUndefined();
  });

  it('takes a value that begins with one dash, and everything after -- as operands', () => {
    expect(read('--seed', '-1').number('seed')).toBe(-1);
    expect(read('--', '--seed').positionals).toEqual(['--seed']);
  });

  it.each([
    [['--sedd', '1'], 'unknown option "--sedd". Did you mean "--seed"? See "dolina train --help".'],
    [['-s', '1'], 'unknown option "-s"'],
    [['--seed'], '--seed is given without a value. Give --seed n.'],
    [['--seed', '--dry-run'], '--seed is given without a value'],
    [['--seed', '1', '--seed', '2'], '--seed is given twice'],
    [['--dry-run=yes'], '--dry-run takes no value, and "yes" is given'],
  ])('refuses %j', (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });

  it('refuses text where a number belongs', () => {
    expect(() => read('--seed', 'seven').number('seed')).toThrow('--seed is "seven". Give a number.');
    expect(() => read('--seed=').number('seed')).toThrow('--seed is "".');
  });
});
