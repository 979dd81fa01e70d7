/** `npm run fuzz`: at least 10 000 damaged inputs for every reader; see test/fuzz. Minutes. */

import { createJiti } from 'jiti';

const jiti = createJiti(import.meta.url, { fsCache: false });
/** @type {{ runFuzz(given: readonly string[]): Promise<number> }} */
const { runFuzz } = await jiti.import('../test/fuzz/run.ts');
process.exitCode = await runFuzz(process.argv.slice(2));
