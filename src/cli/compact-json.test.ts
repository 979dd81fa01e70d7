import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compactJson } from './compact-json.ts';

it('reads back equal to what JSON.stringify gives, for any value and width', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 60 }), (value, width) => {
      expect(JSON.parse(compactJson(value, width))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { seed: 1 },
  );
});

it('keeps on one line what fits there, and breaks what does not', () => {
  expect(compactJson({ a: [1, 2], b: { c: 'd' }, e: undefined })).toBe('{ "a": [1, 2], "b": { "c": "d" } }');
  expect(compactJson({ a: [1, 2], b: { c: 'd' } }, 20)).toBe('{\n  "a": [1, 2],\n  "b": { "c": "d" }\n}');
});
