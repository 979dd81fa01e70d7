/**
 * The safetensors format: an 8-byte little-endian header length, a JSON header with dtype, shape and byte range of each
 * tensor, then the bytes. Chosen because every framework reads it and nothing in it is executed.
 *
 * https://huggingface.co/docs/safetensors
 */

import { DataError } from '../base/errors.ts';
import { type Shape, showShape, size } from '../base/shape.ts';
import { putFloats, takeFloats } from './float-bytes.ts';

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
    putFloats(values, bytes, at);
    at += values.byteLength;
  }
  return bytes;
}

/**
 * Reads float32 tensors back. Throws a DataError that names `source` where the file is not what it claims: as the format
 * asks, the tensors must fill the bytes after the header, without gaps and without sharing any.
 */
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
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)));
  } catch (cause) {
    throw damaged(`its header is no JSON: ${String(cause)}`);
  }
  if (!isObject(header)) throw damaged('its header is no object');
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isObject(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw damaged('its metadata are not all text');
  }
  const tensors = new Map<string, StoredTensor>();
  const begin = 8 + headerLength;
  const ranges: (readonly [number, number])[] = [];
  for (const [name, entry] of Object.entries(entries)) {
    const { shape, range } = readEntry(name, entry, bytes.length - begin, damaged);
    ranges.push(range);
    tensors.set(name, { shape, values: takeFloats(bytes.subarray(begin + range[0], begin + range[1])) });
  }
  const end = ranges
    .sort(([a, x], [b, y]) => a - b || x - y)
    .reduce((at, [from, to]) => {
      if (from !== at)
        throw damaged(`the bytes of its tensors ${from > at ? 'leave out' : 'share'} byte ${Math.min(from, at)}`);
      return to;
    }, 0);
  if (end !== bytes.length - begin) throw damaged(`${bytes.length - begin - end} bytes at its end belong to no tensor`);
  return { tensors, metadata: metadata as Record<string, string> };
}

function readEntry(name: string, entry: unknown, length: number, damaged: (what: string) => DataError) {
  const {
    dtype,
    shape,
    data_offsets: offsets,
  }: Partial<Record<keyof HeaderEntry, unknown>> = isObject(entry) ? entry : {};
  if (dtype !== 'F32') throw damaged(`tensor "${name}" has dtype ${JSON.stringify(dtype)}, and only F32 is read`);
  if (!isNaturals(shape) || !Number.isSafeInteger(4 * size(shape))) {
    throw damaged(`the shape of tensor "${name}" is ${JSON.stringify(shape)}`);
  }
  if (!isNaturals(offsets) || offsets.length !== 2) {
    throw damaged(`the byte range of tensor "${name}" is ${JSON.stringify(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  if (end - begin !== 4 * size(shape) || end > length) {
    throw damaged(`tensor "${name}" of shape ${showShape(shape)} has ${end - begin} bytes`);
  }
  return { shape, range: [begin, end] as const };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a list of whole numbers from 0 on. */
function isNaturals(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && one >= 0);
}
