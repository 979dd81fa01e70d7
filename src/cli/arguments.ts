/** The arguments of a command by its table of options: refused by name where they are not known, typed where they are. */

import { parseArgs } from 'node:util';
import { OptionError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';

export interface OptionSpec {
  /** What stands for the value in the help; a flag has none. */
  readonly value?: string;
  readonly help: string;
  readonly repeatable?: boolean;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

export interface Arguments {
  readonly positionals: readonly string[];
  /** Whether a flag is given. */
  flag(name: string): boolean;
  /** The value of an option, the last one given. */
  text(name: string): string | undefined;
  /** All values of a repeatable option. */
  texts(name: string): readonly string[];
  /** The value as a number; the caller checks its range. */
  number(name: string): number | undefined;
}

function usage(command: string, message: string, mend: string): OptionError {
  return new OptionError('usage', message, { mend: `${mend} See "dolina ${command} --help".`.trim() });
}

/** Reads `args` of `command`; throws an OptionError for what its table does not have. */
export function readArguments(command: string, args: readonly string[], table: OptionTable): Arguments {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { value }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple: true },
    ]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(table, token.name) ? table[token.name] : undefined;
    if (spec === undefined || !token.rawName.startsWith('--')) {
      const near = nearest(token.name, Object.keys(table));
      const mend = near === undefined ? '' : `Did you mean "--${near}"?`;
      throw usage(command, `unknown option "${token.rawName}"`, mend);
    }
    const { value } = token;
    if (spec.value === undefined && value !== undefined) {
      throw usage(command, `${token.rawName} takes no value, and "${value}" is given`, '');
    }
    // An option's name in the place of a value: the value was forgotten.
    if (spec.value !== undefined && (value === undefined || (!token.inlineValue && value.startsWith('--')))) {
      throw usage(command, `${token.rawName} is given without a value`, `Give ${token.rawName} ${spec.value}.`);
    }
    const values = given.get(token.name) ?? [];
    if (values.length > 0 && spec.value !== undefined && !spec.repeatable) {
      throw usage(command, `${token.rawName} is given twice`, '');
    }
    given.set(token.name, [...values, value ?? '']);
  }
  return {
    positionals,
    flag: (name) => given.has(name),
    text: (name) => given.get(name)?.at(-1),
    texts: (name) => given.get(name) ?? [],
    number(name) {
      const text = given.get(name)?.at(-1);
      if (text === undefined) return undefined;
      const value = Number(text);
      if (text.trim() === '' || (Number.isNaN(value) && text.trim() !== 'NaN')) {
        throw usage(command, `--${name} is "${text}"`, 'Give a number.');
      }
      return value;
    },
  };
}

/** The lines that tell the options of a table. */
export function describeOptions(table: OptionTable): string {
  const rows = Object.entries(table).map(([name, { value, help }]) => ({
    left: `  --${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  }));
  const width = Math.max(...rows.map(({ left }) => left.length)) + 2;
  return rows.map(({ left, help }) => `${left.padEnd(width)}${help}`).join('\n');
}
