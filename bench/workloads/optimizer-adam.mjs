/** Adam's update alone: gradients are given, and one tensor holds all parameters. */

import { adam } from './adam.mjs';

/** @type {import('./table.mjs').UpdateWorkload} */
export const optimizerAdam = {
  name: 'optimizer-adam',
  title: "Adam's update alone, 16 M parameters in one tensor",
  kind: 'update',
  parameters: [[4096, 4096]],
  optimizer: adam,
};
