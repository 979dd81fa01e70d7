import { expect, it } from 'vitest';
import { putFloats, takeFloats } from './float-bytes.ts';

/** Odd ones: a signalling NaN with a payload, the smallest number, −0, an infinity. */
const words = Uint32Array.of(0x7f800001, 1, 0x80000000, 0xff800000, 0x3f9d70a4);
const values = new Float32Array(words.buffer);

it('lays numbers down as a DataView does, at any byte, and takes them up again to the bit', () => {
  for (const at of [0, 1, 2, 3, 5]) {
    const bytes = new Uint8Array(at + 4 * words.length + 1).fill(7);
    putFloats(values, bytes, at);
    const view = new DataView(bytes.buffer);
    words.forEach((word, i) => {
      expect(view.getUint32(at + 4 * i, true)).toBe(word);
    });
    expect([...bytes.subarray(0, at), bytes.at(-1)]).toEqual(Array(at + 1).fill(7));
    const back = takeFloats(bytes.subarray(at, -1));
    expect(new Uint32Array(back.buffer)).toEqual(words);
  }
});

it('turns each number round where the machine has its bytes the other way', () => {
  const [one, other] = [new Uint8Array(20), new Uint8Array(20)];
  putFloats(values, one, 0, 'little');
  putFloats(values, other, 0, 'big');
  const turned = [0, 4, 8, 12, 16].flatMap((at) => [...one.subarray(at, at + 4)].reverse());
  expect([...other]).toEqual(turned);
  expect(new Uint32Array(takeFloats(other, 'big').buffer)).toEqual(words);
});
