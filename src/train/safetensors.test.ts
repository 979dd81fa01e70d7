import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from './safetensors.ts';

it('lays the file out as the format says: length, JSON header, bytes in order', () => {
  const bytes = encodeSafetensors(new Map([['w', { shape: [1, 2], values: new Float32Array([1, -2]) }]]), { by: 'x' });
  const view = new DataView(bytes.buffer);
  const length = Number(view.getBigUint64(0, true));
  expect(length % 8).toBe(0);
  expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
    __metadata__: { by: 'x' },
    w: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] },
  });
  expect(Array.from(bytes.subarray(8 + length))).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
});

it('reads back every bit of what it wrote', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.float32Array({ maxLength: 9 })), (arrays) => {
      const tensors = new Map<string, StoredTensor>(
        Object.entries(arrays).map(([name, values]) => [name, { shape: [values.length], values }]),
      );
      tensors.delete('__metadata__');
      const back = decodeSafetensors(encodeSafetensors(tensors), 'test').tensors;
      expect([...back.keys()].sort()).toEqual([...tensors.keys()].sort());
      for (const [name, { values }] of tensors) expect(back.get(name)!.values).toEqual(values);
    }),
  );
});

it('names the file and the fault of a damaged one', () => {
  const good = encodeSafetensors(new Map([['w', { shape: [4], values: new Float32Array(4) }]]));
  expect(() => decodeSafetensors(good.subarray(0, 5), 'a.safetensors')).toThrow(/a\.safetensors/);
  expect(() => decodeSafetensors(good.subarray(0, good.length - 1), 'a')).toThrow(/tensor "w" of shape \[4\]/);
  const lying = good.slice();
  lying[7] = 1;
  expect(() => decodeSafetensors(lying, 'a')).toThrow(/header claims/);
});

it.each([
  ['null', /its header is no object/],
  ['{"__metadata__":{"a":1}}', /its metadata are not all text/],
  ['{"w":1}', /tensor "w" has dtype undefined/],
  ['{"w":{"dtype":"F16","shape":[1],"data_offsets":[0,4]}}', /tensor "w" has dtype "F16"/],
  ['{"w":{"dtype":"F32","data_offsets":[0,4]}}', /the shape of tensor "w" is undefined/],
  ['{"w":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}', /the shape of tensor "w" is \[-1,-1\]/],
  ['{"w":{"dtype":"F32","shape":[1e9,1e9,0.5],"data_offsets":[0,4]}}', /the shape of tensor "w"/],
  ['{"w":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}', /the byte range of tensor "w" is \[-4,0\]/],
  ['{"w":{"dtype":"F32","shape":[1],"data_offsets":[4]}}', /the byte range of tensor "w" is \[4\]/],
  ['{"w":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}', /tensor "w" of shape \[1\] has 4 bytes/],
  ['{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', /leave out byte 0/],
  [
    '{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"v":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
    /share byte 4/,
  ],
  ['{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', /4 bytes at its end belong to no tensor/],
])('refuses the header %s', (header, message) => {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + 8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  expect(() => decodeSafetensors(bytes, 'a.safetensors')).toThrow(message);
});
