import { integer, property, assert as propertyAssert } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_PARTS } from '../base/thread-pool.ts';
import { type Call, createBoard, putUp, takeParts, viewBoard, waitUntilDone } from './shared-work.ts';

/** Notes the ranges that it is called with, and returns where they began. */
function noting() {
  const ranges: [number, number][] = [];
  const call: Call = (begin, end) => {
    ranges.push([begin, end]);
    return begin;
  };
  return { ranges, call };
}

describe('work that threads share', () => {
  it('is every part once, in order for a thread alone, the last one perhaps shorter, with what each call returned', () => {
    const view = viewBoard(createBoard());
    propertyAssert(
      property(
        integer({ min: 0, max: 2 ** 31 }),
        integer({ min: 1, max: 4096 }),
        integer({ min: 1, max: 900 }),
        (begin, part, count) => {
          const end = begin + part * count - (part >> 1);
          const { ranges, call } = noting();
          const parts = putUp(view, { module: 0, function: 0, begin, end, part });
          takeParts(view, () => call);
          expect(parts).toBe(count);
          expect(ranges.map(([start]) => start)).toEqual(Array.from({ length: count }, (_, i) => begin + i * part));
          expect(ranges.map(([, last]) => last)).toEqual([...ranges.slice(1).map(([start]) => start), end]);
          expect(Array.from(view.results.subarray(0, count))).toEqual(ranges.map(([start]) => start));
          expect(waitUntilDone(view, parts, 0)).toBe(true);
        },
      ),
    );
  });

  it('reaches to the end of 4 GiB, in as many parts as there may be', () => {
    const view = viewBoard(createBoard());
    const { ranges, call } = noting();
    const part = 2 ** 22;
    putUp(view, { module: 0, function: 0, begin: part, end: 2 ** 32 - 256, part });
    takeParts(view, () => call);
    expect([ranges.length, ranges[0], ranges.at(-1)]).toEqual([
      MOST_PARTS,
      [part, 2 * part],
      [MOST_PARTS * part, 2 ** 32 - 256],
    ]);
  });

  it('is not taken by a thread that read the description of the work before', () => {
    const view = viewBoard(createBoard());
    const [first, second] = [noting(), noting()];
    putUp(view, { module: 0, function: 0, begin: 0, end: 300, part: 100 });
    let late = true;
    takeParts(view, (module) => {
      if (late) {
        // While this thread looks its function up, another does all of the first work, and the second is put up.
        late = false;
        takeParts(view, () => first.call);
        expect(waitUntilDone(view, 3, 0)).toBe(true);
        putUp(view, { module: 1, function: 0, begin: 1000, end: 1050, part: 25 });
      }
      return module === 0 ? first.call : second.call;
    });
    expect(first.ranges).toEqual([
      [0, 100],
      [100, 200],
      [200, 300],
    ]);
    expect(second.ranges).toEqual([
      [1000, 1025],
      [1025, 1050],
    ]);
  });

  it('is left to others by a thread that does not have the function', () => {
    const view = viewBoard(createBoard());
    const { ranges, call } = noting();
    const parts = putUp(view, { module: 7, function: 2, begin: 0, end: 10, part: 10 });
    takeParts(view, () => undefined);
    expect(waitUntilDone(view, parts, 0)).toBe(false);
    takeParts(view, (module, index) => (module === 7 && index === 2 ? call : undefined));
    expect(ranges).toEqual([[0, 10]]);
    expect(waitUntilDone(view, parts, 0)).toBe(true);
  });

  it('is refused where it has more parts than a ticket can tell apart, or parts of nothing', () => {
    const view = viewBoard(createBoard());
    const work = { module: 0, function: 0, begin: 0, end: 1024 };
    expect(() => putUp(view, { ...work, part: 1 })).toThrow(/makes 1024, at most 1023/);
    expect(() => putUp(view, { ...work, part: 0 })).toThrow(/at most 1023/);
  });

  it('goes on where the numbers of works come round', () => {
    const view = viewBoard(createBoard());
    const { ranges, call } = noting();
    for (const ticket of [-1, 2 ** 31 - 1, -(2 ** 31) + 1023]) {
      view.words[0] = ticket;
      putUp(view, { module: 0, function: 0, begin: 0, end: 20, part: 10 });
      takeParts(view, () => call);
    }
    expect(ranges).toHaveLength(6);
  });
});
