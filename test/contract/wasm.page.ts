/** Runs the engine contract on the wasm engine inside a page; gives what each test said. */

import { wasmEngine } from '../../src/runtime/ort.web.ts';
import { contractTests } from './contract-tests.ts';

export interface Outcome {
  readonly name: string;
  readonly error?: string;
}

export default async function run({ threads }: { readonly threads: number }): Promise<readonly Outcome[]> {
  const engine = await wasmEngine({ threads });
  const outcomes: Outcome[] = [];
  for (const test of contractTests) {
    try {
      await test.run({ engine, threads: [threads] });
      outcomes.push({ name: test.name });
    } catch (error) {
      outcomes.push({ name: test.name, error: String(error) });
    }
  }
  await engine.release();
  return outcomes;
}
