/** The loss of the last minibatches as one number, in which old ones fade. */

/** Steps that it remembers, about: a single minibatch says too little. */
const memory = 40;

/** Plain numbers, so that a checkpoint can hold them. */
export interface RunningLoss {
  /** Σ of losses and of their weights; the quotient is the mean, unbiased from the first step on. */
  sum: number;
  weight: number;
  /** Steps taken in. */
  steps: number;
  /** The mean of the first `memory` steps; NaN before. */
  first: number;
  /** The least mean since then; NaN before. */
  best: number;
}

export function createRunningLoss(): RunningLoss {
  return { sum: 0, weight: 0, steps: 0, first: Number.NaN, best: Number.NaN };
}

/** Takes in the loss of one more minibatch. */
export function addLoss(running: RunningLoss, loss: number): void {
  const keep = 1 - 1 / memory;
  running.sum = keep * running.sum + loss;
  running.weight = keep * running.weight + 1;
  running.steps++;
  if (running.steps < memory) return;
  const mean = meanLoss(running);
  if (running.steps === memory) running.first = mean;
  running.best = running.steps === memory ? mean : Math.min(running.best, mean);
}

export function meanLoss({ sum, weight }: Readonly<RunningLoss>): number {
  return sum / weight;
}
