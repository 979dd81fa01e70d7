/**
 * The nearly orthogonal matrix with the singular vectors of another, by Newton–Schulz iteration of a quintic: X ← aX +
 * (bA + cA²)X with A = XXᵀ, from X = M/‖M‖. The coefficients are chosen to bring small singular values up fast, so that
 * after five steps all lie between about 0.7 and 1.2 (Jordan et al., "Muon", 2024).
 */

export const newtonSchulzSteps = 5;
export const newtonSchulzCoefficients = { a: 3.4445, b: -4.775, c: 2.0315 } as const;
/** Added to the norm, so that a matrix of zeros stays one. */
export const newtonSchulzEpsilon = 1e-7;

type Numbers = Float32Array | Float64Array;

/** Computes `orthogonal` from the rows × columns `matrix`, in float64: the reference, and enough for small matrices. */
export function newtonSchulz(matrix: Numbers, orthogonal: Numbers, rows: number, columns: number): void {
  // The product XXᵀ is made of the shorter side.
  const tall = rows > columns;
  const [n, m] = tall ? [columns, rows] : [rows, columns];
  const at = (i: number, j: number) => (tall ? j * columns + i : i * columns + j);
  let square = 0;
  for (const value of matrix) square += value * value;
  const scale = 1 / (Math.sqrt(square) + newtonSchulzEpsilon);
  let x = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) x[i * m + j] = matrix[at(i, j)]! * scale;
  const { a, b, c } = newtonSchulzCoefficients;
  for (let step = 0; step < newtonSchulzSteps; step++) {
    const gram = product(x, transposed(x, n, m), n, m, n);
    const squared = product(gram, gram, n, n, n);
    const polynomial = gram.map((value, i) => b * value + c * squared[i]!);
    x = product(polynomial, x, n, n, m).map((value, i) => value + a * x[i]!);
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) orthogonal[at(i, j)] = x[i * m + j]!;
}

function transposed(x: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(x.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = x[i * columns + j]!;
  return result;
}

/** The product of an n × k and a k × m matrix. */
function product(x: Float64Array, y: Float64Array, n: number, k: number, m: number): Float64Array<ArrayBuffer> {
  const result = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let l = 0; l < k; l++) {
      const factor = x[i * k + l]!;
      for (let j = 0; j < m; j++) result[i * m + j]! += factor * y[l * m + j]!;
    }
  }
  return result;
}
