/**
 * As many parameters as `optimizer-adam` in sixteen tensors, as in a network of many layers. Kept beside it because it is
 * kinder to a system that makes temporary tensors: those of 4 MB stay in a cache and are recycled by the allocator,
 * while each of 64 MB is asked from the operating system anew.
 */

import { adam } from './adam.mjs';

/** @type {import('./table.mjs').UpdateWorkload} */
export const optimizerAdam16 = {
  name: 'optimizer-adam-16',
  title: "Adam's update alone, 16 M parameters in sixteen tensors",
  kind: 'update',
  parameters: Array.from({ length: 16 }, () => [1024, 1024]),
  optimizer: adam,
};
