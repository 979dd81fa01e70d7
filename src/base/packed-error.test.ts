import { expect, it } from 'vitest';
import * as errors from './errors.ts';
import { packError, unpackError } from './packed-error.ts';

const across = (error: unknown) => unpackError(structuredClone(packError(error)));

const { DolinaError: _, messageTail: __, under: ___, InternalError, ...classes } = errors;

it.each(Object.entries(classes))('%s keeps its class, code, place, mend, message, stack and cause', (_, Class) => {
  for (const detail of [{}, { place: 'here' }, { mend: 'Do that.' }, { place: 'here', mend: 'Do (that).' }]) {
    const cause = new RangeError('too far');
    const error = new Class('some/code', 'a (here). Do that', { ...detail, cause });
    const other = across(error);
    expect(other).toBeInstanceOf(Class);
    expect(other).toBeInstanceOf(errors.DolinaError);
    expect(other).toEqual(error);
    expect(other.stack).toBe(error.stack);
    expect(other.cause).toBeInstanceOf(RangeError);
    expect({ ...other, message: other.message }).toEqual({ ...error, message: error.message });
  }
});

it('an internal error keeps its sentence', () => {
  const error = new InternalError('a state that cannot be', { place: 'there' });
  expect(across(error)).toBeInstanceOf(InternalError);
  expect(across(error).message).toBe(error.message);
});

it("errors of the system keep what they say of themselves, and anything else that is thrown becomes an error's text", () => {
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC', errno: -28, syscall: 'write' });
  expect(across(full)).toMatchObject({ code: 'ENOSPC', errno: -28, syscall: 'write', message: full.message });
  expect(across(new TypeError('x is no function'))).toBeInstanceOf(TypeError);
  expect(across('no').message).toBe('no');
});
