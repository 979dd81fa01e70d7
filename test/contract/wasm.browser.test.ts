import { fileURLToPath } from 'node:url';
import { chromiumMissing, runInBrowser } from '../browser/run-in-browser.ts';
import type { ContractTest } from './contract-tests.ts';
import { engineContract } from './engine-contract.ts';
import type { Outcome } from './wasm.page.ts';

const entry = fileURLToPath(new URL('./wasm.page.ts', import.meta.url));

for (const threads of [1, 2]) {
  let outcomes: Promise<readonly Outcome[]> | undefined;
  const run = async ({ name }: ContractTest) => {
    // The page runs the whole contract once; the tests here report it.
    outcomes ??= runInBrowser<readonly Outcome[]>({ entry, input: { threads } });
    const outcome = (await outcomes).find((one) => one.name === name);
    if (outcome === undefined) throw new Error('the page did not run this test');
    if (outcome.error !== undefined) throw new Error(outcome.error);
  };
  engineContract(
    `wasm (onnxruntime-web) in Chromium, ${threads} thread${threads === 1 ? '' : 's'}`,
    run,
    chromiumMissing === undefined ? {} : { skip: [{ reason: chromiumMissing, tests: 'all' }] },
  );
}
