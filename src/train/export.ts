import type { StoredTensor } from './safetensors.ts';
import type { Task } from './task.ts';
export function exportInference(_task: Task, _parameters: ReadonlyMap<string, StoredTensor>): Uint8Array {
  return new Uint8Array();
}
