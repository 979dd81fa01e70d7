/** Cycles among files: the strongly connected components of the import graph (Tarjan 1972). */

/**
 * @param {ReadonlyMap<string, readonly string[]>} edges File → files it imports.
 * @returns {string[][]} Each group of two or more files that import one another, and each file that imports itself.
 */
export function importCycles(edges) {
  /** @type {Map<string, number>} */
  const order = new Map();
  /** @type {Map<string, number>} */
  const low = new Map();
  /** @type {string[]} */
  const stack = [];
  /** @type {string[][]} */
  const cycles = [];
  /** @param {string} file */
  const visit = (file) => {
    order.set(file, order.size);
    low.set(file, order.size - 1);
    stack.push(file);
    const lower = (/** @type {number | undefined} */ value) =>
      low.set(file, Math.min(low.get(file) ?? 0, value ?? Number.POSITIVE_INFINITY));
    for (const next of edges.get(file) ?? []) {
      if (!edges.has(next)) continue;
      if (!order.has(next)) {
        visit(next);
        lower(low.get(next));
      } else if (stack.includes(next)) {
        lower(order.get(next));
      }
    }
    if (low.get(file) !== order.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1 || edges.get(file)?.includes(file)) cycles.push(group);
  };
  for (const file of edges.keys()) if (!order.has(file)) visit(file);
  return cycles;
}
