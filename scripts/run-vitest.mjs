/** The program that `run-tests` starts: Vitest on the folders named as arguments (all where none is); reports by message. */

import { startVitest } from 'vitest/node';
import { TestReporter } from './test-report.mjs';

const reporter = new TestReporter();
const options = { root: process.cwd(), watch: false, reporters: ['default', reporter] };
const vitest = await startVitest('test', process.argv.slice(2), options);
await vitest.close();
process.send?.(reporter.report, () => process.disconnect());
