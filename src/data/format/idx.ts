/**
 * IDX, the format of MNIST and its kin: two zero bytes, an element type, a rank, big-endian dimensions, big-endian
 * elements, nothing else.
 */

import type { HostArray } from '../../base/dtype.ts';
import { DataError } from '../../base/errors.ts';
import { size as elementCount, type Shape, showShape } from '../../base/shape.ts';

/** What an IDX file holds. */
export interface IdxArray {
  readonly shape: Shape;
  /** Bytes are a view on the file's own; other integers come as int32, both floats as float32. */
  readonly values: HostArray;
}

interface ElementType {
  readonly name: string;
  readonly bytes: number;
  readonly read: (view: DataView, offset: number, values: Float32Array | Int32Array) => void;
}

/** Fills `values` with one getter, a step of `bytes` at a time. */
function reader(bytes: number, get: (view: DataView, at: number) => number): ElementType['read'] {
  return (view, offset, values) => {
    for (let i = 0; i < values.length; i++) values[i] = get(view, offset + i * bytes);
  };
}

const types: Readonly<Record<number, ElementType>> = {
  8: { name: 'uint8', bytes: 1, read: reader(1, (view, at) => view.getUint8(at)) },
  9: { name: 'int8', bytes: 1, read: reader(1, (view, at) => view.getInt8(at)) },
  11: { name: 'int16', bytes: 2, read: reader(2, (view, at) => view.getInt16(at)) },
  12: { name: 'int32', bytes: 4, read: reader(4, (view, at) => view.getInt32(at)) },
  13: { name: 'float32', bytes: 4, read: reader(4, (view, at) => view.getFloat32(at)) },
  14: { name: 'float64', bytes: 8, read: reader(8, (view, at) => view.getFloat64(at)) },
};

/**
 * Reads an IDX file from its (decompressed) bytes. `file` names it in errors.
 *
 * @throws DataError `data/idx-magic` where this is no IDX file, `data/idx-length` where it is shorter or longer than its
 * header says; both give the byte counts.
 */
export function parseIdx(bytes: Uint8Array, file: string): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fail = (code: string, message: string, mend: string): never => {
    throw new DataError(code, message, { place: file, mend });
  };
  const again = 'The file is damaged: fetch it again.';
  if (bytes.length < 4)
    fail('data/idx-length', `${bytes.length} bytes are too few for an IDX header of at least 4`, again);

  const type = types[view.getUint8(2)];
  const rank = view.getUint8(3);
  if (view.getUint16(0) !== 0 || type === undefined || rank === 0) {
    const magic = `0x${view.getUint32(0).toString(16).padStart(8, '0')}`;
    const mend =
      view.getUint16(0) === 0x1f8b
        ? 'These bytes are compressed with gzip: decompress them first.'
        : 'An IDX file begins with 0x0000, an element type and a rank; images of bytes with 0x00000803.';
    return fail('data/idx-magic', `the file begins with ${magic}, which is no IDX file`, mend);
  }
  const offset = 4 + 4 * rank;
  if (bytes.length < offset) {
    fail('data/idx-length', `${bytes.length} bytes end inside the header of ${offset}, for rank ${rank}`, again);
  }
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = elementCount(shape);
  const wanted = offset + count * type.bytes;
  if (bytes.length !== wanted) {
    const header = `the header says ${showShape(shape)} of ${type.name}, ${wanted} bytes in all`;
    fail('data/idx-length', `${header}, but the file has ${bytes.length}`, again);
  }
  if (type.name === 'uint8') return { shape, values: bytes.subarray(offset) };
  const values = type.name.startsWith('float') ? new Float32Array(count) : new Int32Array(count);
  type.read(view, offset, values);
  return { shape, values };
}
