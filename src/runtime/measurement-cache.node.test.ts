import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { measurementCache } from './measurement-cache.node.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'measurement-cache-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('measurementCache', () => {
  it('keeps entries from one cache to the next, and makes the folder it needs', () => {
    const file = join(folder, 'deep', 'measurements.json');
    measurementCache(file).set('a', '1');
    expect(measurementCache(file).get('a')).toBe('1');
    expect(readdirSync(join(folder, 'deep'))).toEqual(['measurements.json']);
  });

  it('keeps what another process wrote meanwhile', () => {
    const file = join(folder, 'measurements.json');
    const [one, other] = [measurementCache(file), measurementCache(file)];
    one.set('a', '1');
    other.set('b', '2');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ a: '1', b: '2' });
  });

  it.each(['', '{"a": "1"', '[1, 2]', 'null'])('takes the damaged file %j for empty, and mends it', (text) => {
    const file = join(folder, 'measurements.json');
    writeFileSync(file, text);
    const cache = measurementCache(file);
    expect(cache.get('a')).toBeUndefined();
    cache.set('a', '2');
    expect(measurementCache(file).get('a')).toBe('2');
  });

  it('remembers in memory where the file cannot be written', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const cache = measurementCache(join(file, 'measurements.json'));
    cache.set('a', '1');
    expect(cache.get('a')).toBe('1');
  });
});
