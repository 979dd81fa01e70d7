/**
 * CRC-32C, the checksum of TensorBoard's records: Castagnoli's polynomial 0x1EDC6F41, bits reflected, start and end
 * inverted (RFC 3720, appendix B.4). Several tables at once take eight bytes a step.
 */

const reflectedPolynomial = 0x82f63b78;

/** `tables[k][b]`: what byte b does to the remainder when k zero bytes follow it. */
const tables = makeTables(8);

function makeTables(count: number): readonly Uint32Array[] {
  const first = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) {
      remainder = (remainder & 1) === 0 ? remainder >>> 1 : (remainder >>> 1) ^ reflectedPolynomial;
    }
    first[byte] = remainder;
  }
  const all = [first];
  while (all.length < count) {
    const last = all.at(-1)!;
    all.push(last.map((remainder) => (remainder >>> 8) ^ first[remainder & 0xff]!));
  }
  return all;
}

/** The checksum of some bytes, as an unsigned number of 32 bits. */
export function crc32c(bytes: Uint8Array): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [Uint32Array, ...Uint32Array[]];
  let remainder = 0xffffffff;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    remainder ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    remainder =
      t7![remainder & 0xff]! ^
      t6![(remainder >>> 8) & 0xff]! ^
      t5![(remainder >>> 16) & 0xff]! ^
      t4![remainder >>> 24]! ^
      t3![bytes[at + 4]!]! ^
      t2![bytes[at + 5]!]! ^
      t1![bytes[at + 6]!]! ^
      t0[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) remainder = (remainder >>> 8) ^ t0[(remainder ^ bytes[at]!) & 0xff]!;
  return ~remainder >>> 0;
}

/**
 * The checksum as records store it: turned by 15 bits, plus a constant. A checksum over bytes that hold checksums would
 * otherwise be weak.
 */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
