/** Where labels stand beside the ends of curves: at their heights, moved apart where they would overlap. */

const lineHeight = 15;

/** The height of each label, for heights from the top down in order; the last stands half a line below `bottom` at most. */
export function spread(heights: readonly number[], bottom: number): number[] {
  const tops: number[] = [];
  for (const height of heights) tops.push(Math.max(height, (tops.at(-1) ?? Number.NEGATIVE_INFINITY) + lineHeight));
  let floor = bottom + lineHeight / 2;
  for (let i = tops.length - 1; i >= 0; i--) {
    tops[i] = Math.min(tops[i]!, floor);
    floor = tops[i]! - lineHeight;
  }
  return tops;
}
