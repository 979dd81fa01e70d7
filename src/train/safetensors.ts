/**
 * The safetensors format: an 8-byte little-endian header length, a JSON header with dtype, shape and byte range of each
 * tensor, then the bytes. Chosen because every framework reads it and nothing in it is executed.
 *
 * https://huggingface.co/docs/safetensors
 */

import { DataError } from '../base/errors.ts';
import { type Shape, showShape, size } from '../base/shape.ts';

/** A float32 tensor on the host, row-major. */
export interface StoredTensor {
  readonly shape: Shape;
  readonly values: Float32Array;
}

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** Bytes of a safetensors file with float32 tensors, in the map's order, and text metadata. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, HeaderEntry | Readonly<Record<string, string>>> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    header[name] = { dtype: 'F32', shape: [...shape], data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // The data begins at a multiple of 8; the format lets the header end in spaces.
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + offset);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(json, 8);
  let at = 8 + headerLength;
  for (const { values } of tensors.values()) {
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return bytes;
}

/** Reads float32 tensors back. Throws a DataError that names `source` where the file is not what it claims. */
export function decodeSafetensors(
  bytes: Uint8Array,
  source: string,
): { tensors: Map<string, StoredTensor>; metadata: Record<string, string> } {
  const damaged = (what: string) =>
    new DataError('data/safetensors', `not a valid safetensors file: ${what}`, {
      place: source,
      mend: 'Write the file again, or use another.',
    });
  if (bytes.length < 8) throw damaged(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > bytes.length - 8) throw damaged(`its header claims ${headerLength} bytes of ${bytes.length}`);
  let header: Record<string, HeaderEntry & Record<string, string>>;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)));
  } catch (cause) {
    throw damaged(`its header is no JSON: ${String(cause)}`);
  }
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(entries)) {
    if (entry.dtype !== 'F32') throw damaged(`tensor "${name}" has dtype ${entry.dtype}, and only F32 is read`);
    const [begin, end] = entry.data_offsets;
    const count = size(entry.shape);
    if (end - begin !== 4 * count || 8 + headerLength + end > bytes.length) {
      throw damaged(`tensor "${name}" of shape ${showShape(entry.shape)} has ${end - begin} bytes`);
    }
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = view.getFloat32(8 + headerLength + begin + 4 * i, true);
    tensors.set(name, { shape: entry.shape, values });
  }
  return { tensors, metadata };
}
