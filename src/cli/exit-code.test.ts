import { describe, expect, it } from 'vitest';
import {
  DataError,
  DivergenceError,
  EngineError,
  GraphError,
  InternalError,
  OptionError,
  ShapeError,
} from '../base/errors.ts';
import { errorText, exitCodeOf } from './exit-code.ts';

describe('exitCodeOf', () => {
  it.each([
    [new OptionError('a', 'b'), 2],
    [new ShapeError('a', 'b'), 2],
    [new GraphError('a', 'b'), 2],
    [new EngineError('engine/not-installed', 'b'), 2],
    [new EngineError('engine/run', 'b'), 1],
    [new DataError('a', 'b'), 3],
    [new DivergenceError('a', 'b'), 4],
    [new InternalError('b'), 1],
    [new Error('b'), 1],
    ['b', 1],
  ])('%s: %i', (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});

describe('errorText', () => {
  it('is one line for what the reader can mend, even where the message has several', () => {
    const error = new OptionError('a', 'two\n  lines', { place: 'here', mend: 'Give one.' });
    expect(errorText(error, false)).toBe('error: two lines (here). Give one. [a]\n');
    const refused = Object.assign(new Error('EACCES: permission denied, mkdir'), { syscall: 'mkdir' });
    expect(errorText(refused, false)).toBe('error: EACCES: permission denied, mkdir\n');
  });

  it('shows the stack of faults of ours, and of all where it is asked to', () => {
    expect(errorText(new InternalError('odd'), false)).toMatch(/^error: internal: odd\. This is a fault .*\n\s+at /);
    expect(errorText(new TypeError('odd'), false)).toMatch(/^error: odd\n\s+at /);
    const error = new OptionError('a', 'b', { cause: new Error('the root') });
    expect(errorText(error, true)).toMatch(/^error: b\. \[a\]\n {2}caused by: Error: the root\n\s+at /);
  });
});
