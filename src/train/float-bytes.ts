/** Float32 numbers as little-endian bytes and back: at the speed of a copy where the machine lays them out so. */

type ByteOrder = 'little' | 'big';

const ofMachine: ByteOrder = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'little' : 'big';

/** Writes numbers into `bytes` from `at` on, wherever that is. */
export function putFloats(values: Float32Array, bytes: Uint8Array, at: number, order = ofMachine): void {
  const target = bytes.subarray(at, at + values.byteLength);
  target.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  if (order === 'big') turnWords(target);
}

/** The numbers that bytes say, a whole number of them; wherever the bytes begin. */
export function takeFloats(bytes: Uint8Array, order = ofMachine): Float32Array<ArrayBuffer> {
  const values = new Float32Array(bytes.length / Float32Array.BYTES_PER_ELEMENT);
  const own = new Uint8Array(values.buffer);
  own.set(bytes);
  if (order === 'big') turnWords(own);
  return values;
}

/** The four bytes of each number in reverse. */
function turnWords(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
}
