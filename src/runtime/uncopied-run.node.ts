/**
 * Keeps onnxruntime-node from copying what a run has already written in place.
 *
 * After a run, onnxruntime-node copies every output, the pre-allocated ones too, into tensors that it gives back: for the
 * gradients of a network that is as many bytes as it has parameters, and more time than a small step takes. It goes
 * through the outputs in order, and at one that is no tensor it stops with an error. So a model with large outputs gets an
 * empty sequence as its first output: everything is computed and lies in the bound arrays, nothing is copied, and the
 * expected error is dropped. Any other error stands. Whether the installed version behaves so is tried out once; where
 * it does not, runs go the plain way.
 */

import { size } from '../base/shape.ts';
import { encode } from '../onnx/encode.ts';
import type { OnnxModel } from '../onnx/model.ts';

export type Ort = typeof import('onnxruntime-node');

export const SEQUENCE_OUTPUT = 'uncopied';

/** Bytes of output from which on copying costs more than the error (some 20 µs). */
const LARGE = 256 * 1024;

export function paysToRefuse(model: OnnxModel): boolean {
  const elements = model.outputs.reduce((total, port) => total + size(port.shape as number[]), 0);
  return 4 * elements >= LARGE && model.outputs.every((port) => port.name !== SEQUENCE_OUTPUT);
}

export function isRefusedSequence(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Non tensor type is temporarily not supported');
}

/** Runs y = -x with and without the sequence: does it stop with the expected error, with y written? */
export async function worksUncopied(ort: Ort): Promise<boolean> {
  const port = { dtype: 'float32', shape: [2] } as const;
  const model: OnnxModel = {
    inputs: [{ name: 'x', ...port }],
    outputs: [{ name: 'y', ...port }],
    constants: [],
    nodes: [{ name: 'y', type: 'Neg', inputs: ['x'], outputs: ['y'], attributes: {} }],
  };
  const bytes = encode(model, { sequenceOutput: SEQUENCE_OUTPUT });
  const x = new ort.Tensor('float32', Float32Array.of(1, 2), [2]);
  const y = Float32Array.of(0, 0);
  try {
    const session = await ort.InferenceSession.create(bytes, { executionProviders: ['cpu'], logSeverityLevel: 4 });
    try {
      await session.run({ x }, { [SEQUENCE_OUTPUT]: null, y: new ort.Tensor('float32', y, [2]) });
      return false;
    } catch (error) {
      return isRefusedSequence(error) && y[0] === -1 && y[1] === -2;
    } finally {
      await session.release();
    }
  } catch {
    return false;
  }
}
