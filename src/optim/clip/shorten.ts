/** What PyTorch's `clip_grad_norm_` adds to the norm. */
const epsilonOfTorch = 1e-6;

/** The factor that shortens something of this norm to at most `max`; 1 where it is not longer. */
export function shorten(norm: number, max: number, torchEpsilon: boolean): number {
  if (torchEpsilon) return Math.min(1, max / (norm + epsilonOfTorch));
  return norm > max ? max / norm : 1;
}
