import type { RandomStream } from '../../src/base/random.ts';
import { changeBytes, extremeIntegers } from './mutate-bytes.ts';
import { type Mutation, pick, skewed } from './mutation.ts';

type Container = Record<string | number, unknown>;

/** A nest of lists or objects, deeper than any stack. */
function nest(random: RandomStream): unknown {
  let value: unknown = 1;
  const inList = random.integer(2) === 0;
  for (let depth = 10 ** (1 + random.integer(4)); depth > 0; depth--)
    value = inList ? [value] : { layer: 'residual', block: value };
  return value;
}

const plainValues: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    '',
    ' ',
    'x',
    '__proto__',
    'NaN',
    '-Infinity',
    0,
    -0,
    1,
    -1,
    0.5,
    1e-300,
    1e300,
    2 ** 31,
    2 ** 53,
  ],
  ...[Number.MAX_SAFE_INTEGER, -(2 ** 31), [], {}, [[]], [null], { function: 'f' }, { schedule: 'constant' }, ['a', 1]],
];

function replacement(value: unknown, random: RandomStream): unknown {
  // As often as not of the same type: only that gets through the first check.
  if (random.integer(2) === 0) {
    if (typeof value === 'bigint') return pick(random, extremeIntegers);
    if (typeof value === 'number') {
      return pick(random, [
        ...plainValues.filter((one) => typeof one === 'number'),
        value * -1,
        value * 1e6,
        value + 0.5,
        value + 1,
      ]);
    }
    if (typeof value === 'string')
      return pick(random, ['', `${value}x`, value.slice(1), value.toUpperCase(), '__proto__', `${value}/..`]);
    if (typeof value === 'boolean') return !value;
    if (value instanceof Uint8Array) return changeBytes(value, random);
  }
  return random.integer(40) === 0 ? nest(random) : pick(random, plainValues);
}

/** Every place in a tree of plain values: the list or object that holds it, and its key. */
function places(value: unknown, found: [Container, string | number][] = [], depth = 0): [Container, string | number][] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || depth > 60) return found;
  for (const key of Object.keys(value)) {
    found.push([value as Container, Array.isArray(value) ? Number(key) : key]);
    places((value as Container)[key], found, depth + 1);
  }
  return found;
}

/** Replaces, removes, repeats, renames or exchanges one to three parts of a tree of plain values; gives a changed copy. */
export function changeTree<T>(root: T, random: RandomStream): T {
  const copy = { root: structuredClone(root) };
  for (let n = 1 + skewed(random, 3); n > 0; n--) {
    const all = places(copy);
    const [holder, key] = pick(random, all);
    switch (random.integer(5)) {
      case 0:
        if (holder === copy) break;
        if (Array.isArray(holder)) holder.splice(key as number, 1);
        else delete holder[key];
        break;
      case 1:
        if (Array.isArray(holder)) holder.splice(key as number, 0, copyOf(holder[key as number]));
        else if (holder !== copy)
          define(holder, pick(random, ['__proto__', 'constructor', `${key}s`, 'seed']), copyOf(holder[key]));
        break;
      case 2: {
        const [other, otherKey] = pick(random, all);
        holder[key] = copyOf(other[otherKey]);
        break;
      }
      default:
        holder[key] = replacement(holder[key], random);
    }
  }
  return copy.root;
}

/** A nest that was put there before is too deep to be copied. */
function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return [];
  }
}

/** An own property, also where its name is `__proto__`. */
function define(holder: Container, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
}

/** JSON changed as a tree; what is no JSON any more is left to `mutateText`. */
export const mutateJson: Mutation = (input, random) => {
  const tree: unknown = changeTree(JSON.parse(new TextDecoder().decode(input)), random);
  return { bytes: new TextEncoder().encode(jsonOf(tree)), resigned: false };
};

/** As JSON.stringify, which overflows the stack on a deep nest: then the nest is left out. */
export function jsonOf(tree: unknown): string {
  try {
    return JSON.stringify(tree) ?? 'null';
  } catch {
    return '['.repeat(50_000) + ']'.repeat(50_000);
  }
}
