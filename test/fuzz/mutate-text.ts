import type { RandomStream } from '../../src/base/random.ts';
import { type Mutation, pick } from './mutation.ts';

const tokens = [
  ...[
    '',
    ' ',
    ',',
    ';',
    '"',
    '""',
    "'",
    '\n',
    '\r',
    '\r\n',
    '\t',
    '\0',
    '\ufeff',
    '\u2028',
    '[',
    ']',
    '{',
    '}',
    ':',
    '\\',
    '=',
  ],
  ...[
    'NaN',
    'Infinity',
    '-Infinity',
    'null',
    'true',
    'undefined',
    '1e999',
    '-1e-999',
    '0x10',
    '-0',
    '9007199254740993',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '9'.repeat(400),
    '['.repeat(20_000),
    '{"a":'.repeat(20_000),
    '../../etc/x',
    '💥',
  ],
];

/** Changes text by tokens and lines: what numbers, quotes and brackets are is left to the reader. */
export function changeText(text: string, random: RandomStream): string {
  const parts = text.split(/(\n|[\s,:;"{}[\]=]+)/);
  const at = random.integer(parts.length);
  switch (random.integer(7)) {
    case 0:
      parts[at] = pick(random, tokens);
      break;
    case 1:
      parts.splice(at, 0, pick(random, tokens));
      break;
    case 2:
      parts.splice(at, 1 + random.integer(8));
      break;
    case 3:
      parts.splice(at, 0, ...parts.slice(at, at + 1 + random.integer(40)));
      break;
    case 4: {
      const other = random.integer(parts.length);
      [parts[at], parts[other]] = [parts[other]!, parts[at]!];
      break;
    }
    case 5: {
      const lines = text.split('\n');
      lines.splice(random.integer(lines.length), 1, ...(random.integer(2) === 0 ? [] : [pick(random, lines), '']));
      return lines.join('\n');
    }
    default:
      return text.slice(0, random.integer(text.length + 1));
  }
  return parts.join('');
}

export const mutateText: Mutation = (input, random) => ({
  bytes: new TextEncoder().encode(changeText(new TextDecoder().decode(input), random)),
  resigned: false,
});
