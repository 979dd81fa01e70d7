/** "Did you mean …?": the known name closest to a mistyped one. */

/** Optimal string alignment distance (insert, delete, substitute, swap neighbours), case ignored. */
function distance(a: string, b: string): number {
  const s = a.toLowerCase();
  const t = b.toLowerCase();
  const rows: number[][] = [Array.from({ length: t.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= s.length; i++) {
    const row = [i];
    for (let j = 1; j <= t.length; j++) {
      const cost = s[i - 1] === t[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + cost);
      if (i > 1 && j > 1 && s[i - 1] === t[j - 2] && s[i - 2] === t[j - 1])
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[s.length]![t.length]!;
}

/** The nearest of `known`, or `undefined` where none is near enough to be what was meant. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const prefix = name.length >= 2 && candidate.toLowerCase().startsWith(name.toLowerCase());
    const d = prefix ? 1 : distance(name, candidate);
    if (d < bestDistance) [best, bestDistance] = [candidate, d];
  }
  return bestDistance <= Math.max(2, Math.floor(name.length / 2)) ? best : undefined;
}

/** A sentence for the mend of an error: `Did you mean "x"? Known: …`. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const told = known.filter((one) => !one.startsWith('$'));
  const list = told.length === 0 ? 'None is known here.' : `Known: ${told.join(', ')}.`;
  return near === undefined ? list : `Did you mean "${near}"? ${list}`;
}
