/** A configuration as paths and what stands there: `optimizer` → adam, `optimizer.learningRate` → 0.001. */

type PlainObject = Readonly<Record<string, unknown>>;

export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The key whose text says what an object is: builders put it first, as in `{ optimizer: 'adam', … }`. */
export function kindKeyOf(value: PlainObject): string | undefined {
  const first = Object.keys(value)[0];
  return first !== undefined && typeof value[first] === 'string' ? first : undefined;
}

/** What an object is: `adam` for `{ optimizer: 'adam', … }`; `undefined` where nothing says. */
export function kindOf(value: unknown): string | undefined {
  if (!isPlainObject(value)) return undefined;
  const key = kindKeyOf(value);
  return key === undefined ? undefined : (value[key] as string);
}

export type Leaf = string | number | boolean | null;

/** Every path of `config` with its leaf, in their order; an object stands at its path with its kind. */
export function configLeaves(config: PlainObject): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const visit = (value: unknown, path: string) => {
    const below = (key: string | number) => (path === '' ? String(key) : `${path}.${key}`);
    if (Array.isArray(value)) {
      for (const [index, part] of value.entries()) visit(part, below(index));
    } else if (isPlainObject(value)) {
      // The configuration as a whole is no such object: its first key is its name.
      const kind = path === '' ? undefined : kindKeyOf(value);
      if (kind !== undefined) leaves.set(path, value[kind] as string);
      for (const [key, part] of Object.entries(value)) if (key !== kind) visit(part, below(key));
    } else if (value !== undefined) {
      leaves.set(path, value as Leaf);
    }
  };
  visit(config, '');
  return leaves;
}

/** What stands at `path`, whatever it is. */
export function partAt(config: PlainObject, path: string): unknown {
  let at: unknown = config;
  for (const key of path.split('.')) {
    // Enumerable alone: a list's length is no part of it.
    if (typeof at !== 'object' || at === null || !Object.keys(at).includes(key)) return undefined;
    at = (at as PlainObject)[key];
  }
  return at;
}

/** The leaf at `path`, or the kind of an object there; `optimizer.optimizer` is found as well. */
export function leafAt(config: PlainObject, path: string): Leaf | undefined {
  const part = partAt(config, path);
  return typeof part === 'object' && part !== null ? kindOf(part) : (part as Leaf | undefined);
}

/** A value in a few words: `0.001`, `adam`, `linearDecay from=0.001 to=0.00001 over.fraction=1`, `3 entries`. */
export function valueWords(value: unknown): string {
  if (value === undefined) return '–';
  if (Array.isArray(value)) {
    const inner = value.every((part) => typeof part !== 'object' || part === null);
    return inner && value.length <= 6 ? JSON.stringify(value) : `${value.length} entries`;
  }
  if (!isPlainObject(value)) return String(value);
  const settings = [...configLeaves({ value })].filter(([path]) => path !== 'value');
  const words = settings.map(([path, leaf]) => `${path.slice('value.'.length)}=${leaf}`);
  return [kindOf(value) ?? [], ...words].flat().join(' ') || '{}';
}
