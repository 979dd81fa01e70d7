import { afterAll, beforeAll } from 'vitest';
import type { Engine } from '../../src/runtime/engine.ts';
import { cpuEngine } from '../../src/runtime/ort.node.ts';
import { engineContract } from './engine-contract.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await cpuEngine();
});

afterAll(() => engine.release());

engineContract('cpu (onnxruntime-node)', (test) => test.run({ engine, threads: [1, 2] }));
