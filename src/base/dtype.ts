/** Element types of tensors, and the typed array that holds each on the host. */

export type Dtype = 'float32' | 'int32' | 'uint8' | 'bool';

/** Booleans are bytes 0 and 1. */
export type HostArray = Float32Array | Int32Array | Uint8Array;

export const bytesPerElement = { float32: 4, int32: 4, uint8: 1, bool: 1 } as const satisfies Record<Dtype, number>;

export function isFloat(dtype: Dtype): boolean {
  return dtype === 'float32';
}

/** A zeroed host array of `length` elements. */
export function hostArray(dtype: Dtype, length: number): HostArray {
  switch (dtype) {
    case 'float32':
      return new Float32Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'uint8':
    case 'bool':
      return new Uint8Array(length);
  }
}
