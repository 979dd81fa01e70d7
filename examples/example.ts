/** What every example of this folder exports, so that one command, the tests and a page can all run it. */

import type { Engine } from 'dolina';

/** What an example is given. */
export interface Surroundings {
  readonly engine: Engine;
  /** At a size that takes seconds, on the MNIST digits that a clone has: to see that it runs and shows its claim. */
  readonly quick?: boolean;
  /** Hears how it goes, a line at a time. */
  readonly say?: (line: string) => void;
}

/** An example: numbers that print to JSON, and the figure that they make. */
export interface Example<Measured = unknown> {
  measure(surroundings: Surroundings): Promise<Measured>;
  /** One SVG file. */
  figure(measured: Measured): string;
}
