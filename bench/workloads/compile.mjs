/** From a model's description to its first step: trace, gradient, lowering, session. */

import { cnn2c2d } from './cnn-2c2d.mjs';

/** @type {import('./table.mjs').CompileWorkload} */
export const compile = {
  ...cnn2c2d,
  name: 'compile',
  title: 'building the step of cnn-2c2d: what the first step costs above a warm one, in a fresh process',
  kind: 'compile',
};
