/** The trained model as an ONNX file that needs nothing of Dolina: normalization inside, raw input, any batch size. */

import { exportModel } from '../onnx/export-model.ts';
import type { StoredTensor } from './safetensors.ts';
import { type Task, traceInference } from './task.ts';

export function exportInference(task: Task, parameters: ReadonlyMap<string, StoredTensor>): Uint8Array {
  const values = new Map([...parameters].map(([name, tensor]) => [name, tensor.values]));
  return exportModel((batch) => traceInference(task, batch), { parameters: values });
}
