/** Which examples of a data set are measured together, and in which order: each of them once. */

/** As they are stored, so many at once. The array is used again: it is valid until the next one is asked for. */
export function* inPieces(size: number, pieceSize: number): Generator<Uint32Array, void> {
  const indices = new Uint32Array(Math.min(pieceSize, size));
  for (let begin = 0; begin < size; begin += pieceSize) {
    const length = Math.min(pieceSize, size - begin);
    for (let i = 0; i < length; i++) indices[i] = begin + i;
    yield indices.subarray(0, length);
  }
}

/**
 * In rows that each read on from one example to the next, as `continuous()` trains, but with none left out: rows differ by
 * one example at most, longer ones first, so that the last batch has the first rows. At most one row for each example.
 */
export function* inRows(size: number, rows: number): Generator<Uint32Array, void> {
  const count = Math.min(rows, size);
  const each = Math.floor(size / count);
  const longer = size % count;
  const begins = Array.from({ length: count }, (_, row) => row * each + Math.min(row, longer));
  const indices = new Uint32Array(count);
  for (let step = 0; step * count < size; step++) {
    const length = step < each ? count : longer;
    for (let row = 0; row < length; row++) indices[row] = begins[row]! + step;
    yield indices.subarray(0, length);
  }
}
