/**
 * How fast WebAssembly copies memory: the bandwidth that an update over as many bytes is held against. Two ways: a loop of
 * SIMD loads and stores, and the `memory.copy` instruction, which may go around the caches.
 */

/** A section below 128 bytes, whose length is one byte. @param {number} id @param {number[]} bytes */
const section = (id, bytes) => [id, bytes.length, ...bytes];
/** @param {string} text */
const name = (text) => [text.length, ...new TextEncoder().encode(text)];
const i32 = 0x7f;
const get = (/** @type {number} */ local) => [0x20, local];
/** The four loads and stores of 16 bytes in one turn of the loop. */
const offsets = [0, 16, 32, 48];

const loop = [
  ...[0, 0x03, 0x40], // no locals; loop
  ...offsets.flatMap((offset) => [...get(0), ...get(1), 0xfd, 0x00, 4, offset, 0xfd, 0x0b, 4, offset]), // v128 load, store
  ...[...get(0), 0x41, 0xc0, 0x00, 0x6a, 0x21, 0], // to += 64
  ...[...get(1), 0x41, 0xc0, 0x00, 0x6a, 0x22, 1], // from += 64, kept on the stack
  ...[...get(2), 0x49, 0x0d, 0, 0x0b, 0x0b], // again while from < end
];
const bulk = [0, ...get(0), ...get(1), ...get(2), 0xfc, 0x0a, 0, 0, 0x0b];

const codeLength = 1 + (1 + loop.length) + (1 + bulk.length);

const bytes = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...section(1, [1, 0x60, 3, i32, i32, i32, 0]), // one type: (i32, i32, i32) → ()
  ...section(2, [1, ...name(''), ...name('memory'), 0x02, 0x00, 0x01]),
  ...section(3, [2, 0, 0]),
  ...section(7, [2, ...name('loop'), 0x00, 0, ...name('bulk'), 0x00, 1]),
  ...[10, 0x80 | (codeLength & 0x7f), codeLength >> 7], // a length padded to two bytes
  ...[2, loop.length, ...loop, bulk.length, ...bulk],
]);

/** Keeps source and destination apart in their low address bits, where a load would wait for a store it only resembles. */
const stagger = 69_632;

/**
 * @param {number} traffic Bytes to move in all, read and written; half of it is copied.
 * @returns {() => { 'wasm copy': number, 'memory.copy': number }} Measures once, in GB/s of traffic.
 */
export function plainCopy(traffic) {
  const size = Math.floor(traffic / 2 / 64) * 64;
  const to = size + stagger;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((to + size) / 65_536) });
  new Uint8Array(memory.buffer).fill(1); // Pages are real only once they are written.
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { '': { memory } });
  const timed = (/** @type {() => void} */ copy) => {
    const start = performance.now();
    copy();
    return (2 * size) / (performance.now() - start) / 1e6;
  };
  return () => ({
    'wasm copy': timed(() => exports.loop(to, 0, size)),
    'memory.copy': timed(() => exports.bulk(to, 0, size)),
  });
}
