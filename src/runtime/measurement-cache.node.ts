/** A MeasurementCache in a JSON file: written aside and renamed, so that a reader never sees half of it. */

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { MeasurementCache } from './measurement.ts';

/**
 * Keeps measurements in `file`. A file that is missing, damaged or of another kind counts as empty; one that cannot be
 * written leaves the measurements in memory.
 */
export function measurementCache(file: string): MeasurementCache {
  const memory = new Map<string, string>(read(file));
  return {
    get: (key) => memory.get(key),
    entries: () => Object.fromEntries(memory),
    set(key, value) {
      memory.set(key, value);
      // Another process may have written meanwhile.
      for (const [other, known] of read(file)) if (!memory.has(other)) memory.set(other, known);
      write(file, memory);
    },
  };
}

function read(file: string): [string, string][] {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return [];
    return Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  } catch {
    return [];
  }
}

function write(file: string, entries: ReadonlyMap<string, string>): void {
  const aside = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(aside, `${JSON.stringify(Object.fromEntries([...entries].sort()), null, 2)}\n`);
    renameSync(aside, file);
  } catch {
    // The measurements live on in memory; half a file must not stay.
    if (existsSync(aside)) rmSync(aside);
  }
}
