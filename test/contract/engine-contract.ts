/** The one contract of all engines, as tests of the runner: `engineContract(name, run, { skip })`. */

import { describe, it } from 'vitest';
import { type ContractTest, contractTests } from './contract-tests.ts';

export interface Skip {
  readonly reason: string;
  /** Names of tests, or `'all'`. */
  readonly tests: readonly string[] | 'all';
}

/** Registers the contract; `run` runs one test on the engine, wherever that lives, and throws what it throws. */
export function engineContract(
  name: string,
  run: (test: ContractTest) => Promise<void>,
  { skip = [] }: { readonly skip?: readonly Skip[] } = {},
): void {
  const known = contractTests.map((test) => test.name);
  for (const { tests } of skip) {
    const unknown = tests === 'all' ? [] : tests.filter((test) => !known.includes(test));
    if (unknown.length > 0) throw new Error(`${name} skips tests that do not exist: ${unknown.join('; ')}`);
  }
  describe(`the engine contract on ${name}`, () => {
    for (const test of contractTests) {
      const skipped = skip.find(({ tests }) => tests === 'all' || tests.includes(test.name));
      if (skipped === undefined) it(test.name, () => run(test));
      else it.skip(`${test.name} (skipped: ${skipped.reason})`, () => undefined);
    }
  });
}
