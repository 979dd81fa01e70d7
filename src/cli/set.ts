/** `--set path=value`: one part of an experiment replaced, found by its path and typed by what it replaces. */

import { OptionError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { dataKeys } from '../train/experiment/data.ts';
import { engineKeys } from '../train/experiment/engine.ts';
import { heldOutKeys } from '../train/experiment/held-out.ts';
import { experimentKeys } from '../train/experiment.ts';

const option = '--set';

function refuse(message: string, mend: string): OptionError {
  return new OptionError('option/set', message, { place: option, mend });
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Keys that may stand at a path besides those that are there. */
function optionalKeys(path: readonly string[], at: Readonly<Record<string, unknown>>): readonly string[] {
  switch (path.join('.')) {
    case '':
      return experimentKeys;
    case 'engine':
      return engineKeys;
    case 'validation':
      return heldOutKeys;
    case 'data':
      return dataKeys(at);
    default:
      return [];
  }
}

/** Every path below `value`, as people write them. */
function pathsBelow(value: unknown, path: readonly string[] = []): string[] {
  if (!isPlain(value) || path.length > 8) return [];
  return Object.entries(value).flatMap(([key, part]) => [
    [...path, key].join('.'),
    ...pathsBelow(part, [...path, key]),
  ]);
}

/** The mend for a name that is not there: the same name elsewhere, or one like it here. */
function whatWasMeant(root: unknown, path: readonly string[], name: string, known: readonly string[]): string {
  const elsewhere = pathsBelow(root).filter((candidate) => candidate.endsWith(`.${name}`));
  if (path.length === 0 && elsewhere.length > 0) return `Did you mean "${elsewhere[0]}"?`;
  const here = known.map((key) => [...path, key].join('.'));
  const near = nearest(name, known);
  const list = here.length === 0 ? '' : ` Known: ${here.join(', ')}.`;
  return near === undefined ? list.trim() : `Did you mean "${[...path, near].join('.')}"?${list}`;
}

const words: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** What `text` means where `replaced` stood: text stays text, all else is JSON where it can be. */
function parseValue(text: string, replaced: unknown): unknown {
  if (typeof replaced === 'string' && !text.startsWith('"')) return text;
  if (Object.hasOwn(words, text)) return words[text];
  // JSON has no leading "+" or "." or trailing ".", and people write ".5".
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return Number(text);
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (/^[[{"]/.test(text)) {
      throw new OptionError('option/set', `${JSON.stringify(text)} is no JSON`, {
        place: option,
        mend: `${(cause as Error).message}.`,
        cause,
      });
    }
    return text;
  }
}

function replace(root: unknown, at: unknown, done: readonly string[], rest: readonly string[], text: string): unknown {
  const [name = '', ...deeper] = rest;
  const path = done.join('.');
  if (!isPlain(at)) {
    throw refuse(
      `"${path}" is ${at === undefined ? 'not set' : JSON.stringify(at)}, and has no "${name}"`,
      at === undefined ? `Give it whole, as JSON: --set '${path}={"${name}": …}'.` : 'Leave the rest of the path out.',
    );
  }
  const known = [...new Set([...Object.keys(at), ...(Array.isArray(at) ? [] : optionalKeys(done, at))])];
  if (!known.includes(name)) {
    const full = [...done, name].join('.');
    throw refuse(`there is no "${full}" in this experiment`, whatWasMeant(root, done, name, known));
  }
  const part =
    deeper.length === 0 ? parseValue(text, at[name]) : replace(root, at[name], [...done, name], deeper, text);
  if (Array.isArray(at)) return at.map((old, index) => (String(index) === name ? part : old));
  const { [name]: _, ...others } = at;
  return part === null ? others : { ...at, [name]: part };
}

/**
 * `value` with one assignment carried out; what the path does not touch is kept as it is. `null` takes a key away.
 *
 * @example assign({ optimizer: { optimizer: 'adam', learningRate: 1e-3 } }, 'optimizer.learningRate=3e-4')
 *
 * Throws an OptionError with the nearest path where there is no such one.
 */
export function assign(value: object, assignment: string): object {
  const equals = assignment.indexOf('=');
  if (equals <= 0) {
    throw refuse(`"${assignment}" is no assignment`, 'Give path=value, such as --set optimizer.learningRate=3e-4.');
  }
  const path = assignment.slice(0, equals).trim().split('.');
  return replace(value, value, [], path, assignment.slice(equals + 1).trim()) as object;
}
