import type { HyperParameter } from './logged-event.ts';

/**
 * What an experiment says, flat, for tables that compare runs: numbers, texts and flags by their path, `optimizer.learningRate`;
 * lists of them as JSON. Lists of objects (layers, groups) have no place in a cell and are left out, and so are `engine`
 * and `histograms`, by which no result differs.
 */
export function hyperParametersOf(config: Readonly<Record<string, unknown>>): Record<string, HyperParameter> {
  const { engine: _, histograms: __, ...rest } = config;
  return Object.fromEntries(entriesBelow(rest, ''));
}

function entriesBelow(value: unknown, path: string): [string, HyperParameter][] {
  if (isCell(value)) return [[path, value]];
  if (Array.isArray(value)) return value.every(isCell) ? [[path, JSON.stringify(value)]] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => entriesBelow(part, path === '' ? key : `${path}.${key}`));
}

function isCell(value: unknown): value is HyperParameter {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
}
