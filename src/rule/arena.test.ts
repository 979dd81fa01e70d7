import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OptionError } from '../base/errors.ts';
import { createArena } from './arena.ts';

describe('createArena', () => {
  it('starts every parameter of every region on 64 bytes, and no two views share a byte, for random sizes', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sizes, fc.constantFrom('float32' as const, 'float64' as const), (counts, element) => {
        const parameters = counts.map((size, i) => ({ name: `p${i}`, size }));
        const regions = ['theta', 'gradient', 'v'];
        const arena = createArena({ parameters, regions, buffers: [{ name: 'batch', bytes: 777 }] }, element);
        let mark = 0;
        const views = regions.flatMap((region) => parameters.map(({ name }) => arena.view(region, name)));
        for (const view of views) {
          expect(view.byteOffset % 64).toBe(0);
          view.fill(++mark);
        }
        arena.buffer('batch').fill(255);
        expect(arena.buffer('batch').byteOffset % 64).toBe(0);
        mark = 0;
        for (const view of views) {
          mark++;
          expect(view.every((value) => value === mark)).toBe(true);
        }
        for (const region of regions) expect(arena.region(region).length).toBe(arena.length);
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  it('gives each parameter the same place in every region', () => {
    const parameters = [
      { name: 'w', size: 100 },
      { name: 'b', size: 3 },
    ];
    const arena = createArena({ parameters, regions: ['theta', 'gradient'] });
    arena.view('gradient', 'b').set([1, 2, 3]);
    expect(arena.offset('b')).toBe(112);
    expect(Array.from(arena.region('gradient').subarray(112, 116))).toEqual([1, 2, 3, 0]);
  });

  it('is not shared memory, which the engine for Node refuses', () => {
    const { memory } = createArena({ parameters: [], regions: ['theta'] });
    expect(memory.buffer).toBeInstanceOf(ArrayBuffer);
  });

  it('starts large regions 68 KiB apart modulo 1 MiB', () => {
    const arena = createArena({ parameters: [{ name: 'w', size: 300_000 }], regions: ['a', 'b', 'c'] });
    expect(['a', 'b', 'c'].map((region) => arena.address(region) % 2 ** 20)).toEqual([0, 69_632, 139_264]);
  });

  it('says what it would need above the 4 GiB of one memory', () => {
    const layout = { parameters: [{ name: 'w', size: 2 ** 29 }], regions: ['theta', 'gradient', 'v'] };
    expect(() => createArena(layout)).toThrow(
      /536870912 parameters in 3 regions \(theta, gradient, v\) need 6\.0 GiB, one memory holds 4/,
    );
  });

  it('refuses names used twice, sizes that are no whole numbers, and names it does not have', () => {
    const twice = [
      { name: 'w', size: 1 },
      { name: 'w', size: 2 },
    ];
    expect(() => createArena({ parameters: twice, regions: [] })).toThrow(/parameters are named "w"/);
    expect(() => createArena({ parameters: [{ name: 'w', size: 1.5 }], regions: [] })).toThrow(OptionError);
    const arena = createArena({ parameters: [{ name: 'w', size: 1 }], regions: ['theta'] });
    expect(() => arena.view('thta', 'w')).toThrow(/no region "thta".*theta/);
    expect(() => arena.view('theta', 'b')).toThrow(/no parameter "b".*It has: w/);
  });
});
