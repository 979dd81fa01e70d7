/** `npm run build`: makes `dist` from nothing. */

import { build } from './prepare.mjs';

if (!(await build(process.cwd(), (line) => process.stderr.write(`${line}\n`)))) process.exitCode = 1;
