import { afterAll, beforeAll } from 'vitest';
import type { Engine } from '../../src/runtime/engine.ts';
import { wasmEngine } from '../../src/runtime/ort.web.ts';
import { engineContract } from './engine-contract.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await wasmEngine();
});

afterAll(() => engine.release());

engineContract('wasm (onnxruntime-web) in Node', (test) => test.run({ engine, threads: [1] }));
