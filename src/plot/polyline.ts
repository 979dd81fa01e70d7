/** From points to what is drawn: unbroken runs between gaps, thinned to what the picture can show. */

export type Position = readonly [x: number, y: number];

/** The runs of places that follow one another without a gap. */
export function runs(places: Iterable<Position | undefined>): Position[][] {
  const result: Position[][] = [];
  let open: Position[] | undefined;
  for (const position of places) {
    if (position === undefined) {
      open = undefined;
    } else if (open === undefined) {
      open = [position];
      result.push(open);
    } else {
      open.push(position);
    }
  }
  return result;
}

/**
 * Of each column of width `column`, the first, lowest, highest and last point, in their order: the drawn line is the same
 * to the eye, and a million points cost no more than a few thousand.
 */
export function thin(run: readonly Position[], column: number): Position[] {
  const kept: Position[] = [];
  let from = 0;
  while (from < run.length) {
    const at = Math.floor(run[from]![0] / column);
    let to = from + 1;
    let [lowest, highest] = [from, from];
    for (; to < run.length && Math.floor(run[to]![0] / column) === at; to++) {
      if (run[to]![1] < run[lowest]![1]) lowest = to;
      if (run[to]![1] > run[highest]![1]) highest = to;
    }
    const indices = new Set([from, lowest, highest, to - 1]);
    kept.push(...[...indices].sort((a, b) => a - b).map((index) => run[index]!));
    from = to;
  }
  return kept;
}
