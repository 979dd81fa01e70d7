/** The module that a Web Worker runs. */

import { EngineError } from '../../base/errors.ts';
import { wasmEngine } from '../../runtime/ort.web.ts';
import type { Order, Report } from './message.ts';
import { serveRuns } from './serve-runs.ts';

/** What the module needs of a worker's global scope; TypeScript's library for pages does not have it. */
interface WorkerScope {
  postMessage(report: Report, transfer: readonly ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<Order>) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
serveRuns(
  {
    send: (report, transfer = []) => scope.postMessage(report, transfer),
    onOrder: (listener) => scope.addEventListener('message', ({ data }) => listener(data)),
  },
  async (description, cache) => {
    if (description.name !== 'wasm')
      throw new EngineError('engine/not-installed', 'the CPU engine is for Node alone', {
        mend: 'Give the engine wasm.',
      });
    const { name: _, measurements: __, ...options } = description;
    return wasmEngine({ ...options, cache });
  },
);
