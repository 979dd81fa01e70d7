/** Tensors of an ONNX file, each checked against the bytes that are there before anything is made of it. */

import { isFieldSet } from '@bufbuild/protobuf';
import { type TensorProto, TensorProto_DataLocation, TensorProto_DataType, TensorProtoSchema } from 'onnx-buf';
import { showShape } from '../base/shape.ts';
import type { ExternalTensor, FileArray, FileDtype, FileTensor } from './model-file.ts';

interface Storage {
  readonly dtype: FileDtype;
  /** Makes an array of some bytes of a buffer, which begin at a multiple of 8. */
  readonly array: (buffer: ArrayBuffer) => FileArray;
  readonly bytes: number;
  /** Where elements lie that are not in `rawData`. */
  readonly field: 'floatData' | 'doubleData' | 'int32Data' | 'int64Data' | 'uint64Data';
}

function storage(
  dtype: FileDtype,
  Elements: { new (buffer: ArrayBuffer): FileArray; readonly BYTES_PER_ELEMENT: number },
  field: Storage['field'],
): Storage {
  return { dtype, array: (buffer) => new Elements(buffer), bytes: Elements.BYTES_PER_ELEMENT, field };
}

const { FLOAT, DOUBLE, FLOAT16, BFLOAT16, BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 } =
  TensorProto_DataType;

const storages: Readonly<Record<number, Storage>> = {
  [FLOAT]: storage('float32', Float32Array, 'floatData'),
  [DOUBLE]: storage('float64', Float64Array, 'doubleData'),
  [FLOAT16]: storage('float16', Uint16Array, 'int32Data'),
  [BFLOAT16]: storage('bfloat16', Uint16Array, 'int32Data'),
  [BOOL]: storage('bool', Uint8Array, 'int32Data'),
  [INT8]: storage('int8', Int8Array, 'int32Data'),
  [INT16]: storage('int16', Int16Array, 'int32Data'),
  [INT32]: storage('int32', Int32Array, 'int32Data'),
  [INT64]: storage('int64', BigInt64Array, 'int64Data'),
  [UINT8]: storage('uint8', Uint8Array, 'int32Data'),
  [UINT16]: storage('uint16', Uint16Array, 'int32Data'),
  [UINT32]: storage('uint32', Uint32Array, 'uint64Data'),
  [UINT64]: storage('uint64', BigUint64Array, 'uint64Data'),
};

/** Throws what is wrong with a file, at a place within it. */
export type Refuse = (what: string) => never;

export function dtypeOf(type: number, what: string, refuse: Refuse): FileDtype {
  return storageOf(type, what, refuse).dtype;
}

function storageOf(type: number, what: string, refuse: Refuse): Storage {
  return storages[type] ?? refuse(`${what} has dtype ${TensorProto_DataType[type] ?? type}, which is not read`);
}

export function isExternal(tensor: FileTensor | ExternalTensor): tensor is ExternalTensor {
  return 'file' in tensor;
}

/** A tensor with its elements, or the name of the file that has them. `what` names it in errors. */
export function readTensor(proto: TensorProto, what: string, refuse: Refuse): FileTensor | ExternalTensor {
  const { name, dims, dataType, rawData, dataLocation, externalData } = proto;
  const { dtype, array, bytes, field } = storageOf(dataType, what, refuse);
  const shape = dims.map(Number);
  const count = shape.reduce((product, dimension) => product * dimension, 1);
  const shown = `${what} of shape ${showShape(shape)}`;
  if (!shape.every((dimension) => Number.isSafeInteger(dimension) && dimension >= 0) || !Number.isSafeInteger(count)) {
    return refuse(`${shown} has dimensions that are none`);
  }
  if (proto.segment !== undefined) return refuse(`${shown} is only a segment of one`);
  if (dataLocation === TensorProto_DataLocation.EXTERNAL) {
    const file = externalData.find(({ key }) => key === 'location')?.value ?? '';
    return file === '' ? refuse(`${shown} lies in another file, which is not named`) : { name, dtype, shape, file };
  }
  if (isFieldSet(proto, TensorProtoSchema.field.rawData)) {
    if (rawData.length !== count * bytes) {
      return refuse(`${shown} is to have ${count * bytes} bytes of ${dtype}, and has ${rawData.length}`);
    }
    // A copy: the file's bytes may begin anywhere, and a Buffer's `slice` makes none.
    return { name, dtype, shape, data: array(new Uint8Array(rawData).buffer) };
  }
  const elements = proto[field];
  if (elements.length !== count) return refuse(`${shown} is to have ${count} elements, and has ${elements.length}`);
  const data = array(new ArrayBuffer(count * bytes));
  // An element is a number or a bigint by its field, and stored in fewer bits by its dtype.
  for (let i = 0; i < count; i++) data[i] = typeof data[i] === 'bigint' ? elements[i]! : Number(elements[i]!);
  return { name, dtype, shape, data };
}
