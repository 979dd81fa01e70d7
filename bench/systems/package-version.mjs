/** The version of an installed package of this folder. */

import { readFileSync } from 'node:fs';

/** @param {string} name */
export const packageVersion = (name) =>
  JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;
