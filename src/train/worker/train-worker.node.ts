/** The module that a worker thread of Node runs. */

import { parentPort, workerData } from 'node:worker_threads';
import { passNativeGate } from '../../runtime/native-gate.node.ts';
import type { Order } from './message.ts';
import { serveRuns } from './serve-runs.ts';

const port = parentPort!;
passNativeGate(workerData);
serveRuns(
  {
    send: (report, transfer = []) => port.postMessage(report, transfer),
    onOrder: (listener) => port.on('message', (order: Order) => listener(order)),
  },
  // Each engine is imported where it is asked for: the other's package need not be there.
  async ({ name, ...description }, cache) => {
    if (name === 'cpu') return (await import('../../runtime/ort.node.ts')).cpuEngine({ cache });
    const { measurements: _, ...options } = description;
    return (await import('../../runtime/ort.web.ts')).wasmEngine({ ...options, cache });
  },
);
