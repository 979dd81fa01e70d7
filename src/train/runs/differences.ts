/** What differs between configurations: the paths at which they are not all equal, and what stands there in each. */

import { isPlainObject, kindKeyOf, kindOf } from './config-leaves.ts';

/** A path at which configurations differ. */
export interface Difference {
  readonly path: string;
  /** One for each configuration; `undefined` where it has nothing there. */
  readonly values: readonly unknown[];
}

export interface DifferencesOptions {
  /**
   * Leaves out what goes without saying, for a table or a legend: settings that only one kind has (beta1 of Adam beside
   * plain SGD), and the entries of lists of different length, which then differ as a whole. Default false.
   */
  readonly brief?: boolean;
}

/** Paths at which `configs` differ, in the order of their keys. */
export function differences(configs: readonly unknown[], { brief = false }: DifferencesOptions = {}): Difference[] {
  const found: Difference[] = [];
  const visit = (values: readonly unknown[], path: string): void => {
    if (values.every((value) => same(value, values[0]))) return;
    const below = (key: string | number) => (path === '' ? String(key) : `${path}.${key}`);
    if (values.every(isPlainObject)) {
      const kinds = values.map((value) => (path === '' ? undefined : kindOf(value)));
      const kindKeys = path === '' ? [] : values.map(kindKeyOf);
      const mixed = !kinds.every((kind) => kind === kinds[0]);
      if (mixed) found.push({ path, values: kinds });
      const keys = new Set(values.flatMap((value) => Object.keys(value)));
      for (const key of keys) {
        if (kindKeys.includes(key)) continue;
        const parts = values.map((value) => value[key]);
        const present = parts.filter((part) => part !== undefined);
        const implied = mixed && present.length < parts.length && present.every((part) => same(part, present[0]));
        if (!(brief && implied)) visit(parts, below(key));
      }
    } else if (values.every(Array.isArray)) {
      const slots = slotsOf(values, brief);
      if (slots === undefined) found.push({ path, values });
      else for (const { label, parts } of slots) visit(parts, below(label));
    } else {
      found.push({ path, values });
    }
  };
  visit(configs, '');
  return found;
}

/** Whether two plain values are equal. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((part, i) => same(part, b[i]));
  if (!isPlainObject(a) || !isPlainObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}

interface Slot {
  /** The index in the first list that has an entry here. */
  readonly label: number;
  readonly parts: readonly unknown[];
}

/** The entries of lists that belong together; `undefined` where that cannot be said in brief. */
function slotsOf(lists: readonly (readonly unknown[])[], brief: boolean): Slot[] | undefined {
  const [first = []] = lists;
  if (lists.every((list) => list.length === first.length)) {
    return first.map((_, index) => ({ label: index, parts: lists.map((list) => list[index]) }));
  }
  if (brief) return undefined;
  let merged = first.map((_, index): (number | undefined)[] => [index]);
  for (const [which, list] of lists.entries()) if (which > 0) merged = merge(merged, lists, list, which);
  return merged.map((indices) => ({
    label: indices.find((index) => index !== undefined)!,
    parts: lists.map((list, which) => (indices[which] === undefined ? undefined : list[indices[which]])),
  }));
}

/** Lays one more list beside slots: as many entries of one kind as possible share a slot (Wagner and Fischer 1974). */
function merge(
  slots: readonly (number | undefined)[][],
  lists: readonly (readonly unknown[])[],
  list: readonly unknown[],
  which: number,
): (number | undefined)[][] {
  const exampleOf = (slot: readonly (number | undefined)[]) => {
    const at = slot.findIndex((index) => index !== undefined);
    return lists[at]![slot[at]!];
  };
  // Equal entries count more than those of one kind alone.
  const likeness = (a: unknown, b: unknown) =>
    same(a, b) ? 3 : kindOf(a) !== undefined && kindOf(a) === kindOf(b) ? 2 : 0;
  const gain = Array.from({ length: slots.length + 1 }, () => new Array<number>(list.length + 1).fill(0));
  for (let i = slots.length - 1; i >= 0; i--) {
    for (let j = list.length - 1; j >= 0; j--) {
      const like = likeness(exampleOf(slots[i]!), list[j]);
      const together = like > 0 ? like + gain[i + 1]![j + 1]! : 0;
      gain[i]![j] = Math.max(together, gain[i + 1]![j]!, gain[i]![j + 1]!);
    }
  }
  const result: (number | undefined)[][] = [];
  const none = () => new Array<undefined>(which).fill(undefined);
  let [i, j] = [0, 0];
  while (i < slots.length || j < list.length) {
    const here = i < slots.length && j < list.length;
    const like = here ? likeness(exampleOf(slots[i]!), list[j]) : 0;
    if (like > 0 && gain[i]![j] === like + gain[i + 1]![j + 1]!) result.push([...slots[i++]!, j++]);
    else if (i < slots.length && (j === list.length || gain[i]![j] === gain[i + 1]![j]))
      result.push([...slots[i++]!, undefined]);
    else result.push([...none(), j++]);
  }
  return result;
}
