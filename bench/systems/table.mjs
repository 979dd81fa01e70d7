/** All systems by name, with how to start them; what is missing on this machine is said with its mend. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));

/**
 * @typedef {object} SystemEntry
 * @property {string} name
 * @property {string} family Entries of one family are one system in several settings; the fastest counts.
 * @property {'build' | 'peers' | 'pytorch'} needs What must be there before it can start.
 * @property {string=} insteadOf Runs only where the system of this name refuses.
 * @property {readonly string[]} args
 * @property {Record<string, string>=} env
 */

const node = (/** @type {string} */ file, /** @type {readonly string[]} */ args = []) => [here(file), ...args];

/** @type {readonly SystemEntry[]} */
export const systems = [
  { name: 'dolina', family: 'dolina', needs: 'build', args: node('./dolina.mjs') },
  { name: 'jax-js', family: 'jax-js', needs: 'peers', args: node('./jax.mjs') },
  { name: 'tfjs-wasm', family: 'tfjs', needs: 'peers', args: node('./tfjs.mjs', ['wasm']) },
  { name: 'tfjs-cpu', family: 'tfjs', needs: 'peers', insteadOf: 'tfjs-wasm', args: node('./tfjs.mjs', ['cpu']) },
  ...pytorchSettings().map(({ threads, passive }) => ({
    name: `pytorch-${threads}t${passive ? '-passive' : ''}`,
    family: 'pytorch',
    needs: /** @type {const} */ ('pytorch'),
    args: [here('./pytorch.py'), String(threads)],
    // torch.set_num_threads does not reach OpenBLAS' own pool.
    env: {
      OMP_NUM_THREADS: String(threads),
      OPENBLAS_NUM_THREADS: String(threads),
      ...(passive ? { OMP_WAIT_POLICY: 'passive' } : {}),
    },
  })),
];

/**
 * Dolina as it stands in another checkout, with what is built and installed there.
 *
 * @param {string} folder @returns {SystemEntry} @throws {Error} where nothing is built.
 */
export function checkout(folder) {
  const root = resolve(folder);
  const file = join(root, 'bench/systems/dolina.mjs');
  for (const needed of [file, join(root, 'dist/index.node.js')]) {
    if (!existsSync(needed)) throw new Error(`${needed} is not there: npm ci and npm run build in ${folder}`);
  }
  return { name: `dolina-in-${basename(root)}`, family: root, needs: 'build', args: [file] };
}

/**
 * One thread, all cores, and all cores with threads that sleep while they wait: OpenBLAS has a pool of its own beside that of
 * OpenMP, and where threads of both spin for work they take the cores from each other.
 */
function pytorchSettings() {
  const cores = availableParallelism();
  const one = { threads: 1, passive: false };
  return cores === 1 ? [one] : [one, ...[false, true].map((passive) => ({ threads: cores, passive }))];
}

/** The Python that has PyTorch: the one on the path, or the system's beside a version manager's. */
export async function findPython() {
  for (const program of ['python3', '/usr/bin/python3']) {
    try {
      await promisify(execFile)(program, ['-c', 'import torch'], { timeout: 120_000 });
      return program;
    } catch {
      // The next one, then.
    }
  }
  return undefined;
}
