/** What of a run cannot be handed to another thread: code cannot, data can. */

import { optimizers } from '../../optim/optimizers.ts';
import { schedules } from '../../optim/schedule/schedules.ts';
import { attachedTo } from '../../rule/attach.ts';

const definitions = new Set<unknown>([...optimizers, ...schedules].map(({ definition }) => definition));

/** Why the value at `path` cannot be handed over, as a clause; `undefined` where it can. */
export function obstacle(value: unknown, path: string): string | undefined {
  if (typeof value === 'function') return `${path} is a function`;
  if (typeof value === 'symbol') return `${path} is a symbol`;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  const definition = attachedTo(value);
  if (definition !== undefined && !definitions.has(definition)) {
    return `${path} is "${(definition as { name?: string }).name}", which your code defines`;
  }
  if (value instanceof Map) return firstObstacle(value, path);
  const prototype = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) {
    return `${path} is an object of the class ${prototype.constructor?.name ?? 'unknown'}`;
  }
  return firstObstacle(Object.entries(value), path);
}

function firstObstacle(entries: Iterable<readonly [unknown, unknown]>, path: string): string | undefined {
  for (const [name, value] of entries) {
    const found = obstacle(value, path === '' ? String(name) : `${path}.${String(name)}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
