/** The functions that trajectories are followed on, gradients by hand; test/fixtures/optim/problems.py has them anew. */

export interface Problem {
  /** In the order of their numbers in a row of a trajectory. */
  readonly parameters: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** The gradient at a point, both flat. */
  readonly gradient: (theta: ArrayLike<number>) => number[];
  /** The function there. */
  readonly value: (theta: ArrayLike<number>) => number;
}

// f = xᵀAx/2 − bᵀx, condition number about 140.
const A = [
  [4, 1, 0.5, 0],
  [1, 3, 0.25, -0.5],
  [0.5, 0.25, 1.5, 0.3],
  [0, -0.5, 0.3, 0.2],
];
const b = [1, -2, 0.5, 0.25];

// Inputs and targets of the network: y = tanh(x W + c) V + d, mean of (y − target)² over the examples.
const inputs = [
  [0.5, -1],
  [-0.3, 0.8],
  [1.2, 0.4],
  [-0.7, -0.6],
  [0.1, 1.5],
];
const targets = [0.3, -0.8, 1.1, 0.2, -0.5];

function networkValue(theta: ArrayLike<number>): number {
  const errors = inputs.map(([a, b], example) => {
    const h = [0, 1, 2].map((j) => Math.tanh(a! * theta[j]! + b! * theta[3 + j]! + theta[6 + j]!));
    return h.reduce((sum, unit, j) => sum + unit * theta[9 + j]!, theta[12]!) - targets[example]!;
  });
  return errors.reduce((sum, error) => sum + error ** 2, 0) / inputs.length;
}

function networkGradient(theta: ArrayLike<number>): number[] {
  const W = (i: number, j: number) => theta[3 * i + j]!;
  const c = (j: number) => theta[6 + j]!;
  const V = (j: number) => theta[9 + j]!;
  const gradient = new Array<number>(13).fill(0);
  inputs.forEach((x, example) => {
    const h = [0, 1, 2].map((j) => Math.tanh(x[0]! * W(0, j) + x[1]! * W(1, j) + c(j)));
    const y = h.reduce((sum, unit, j) => sum + unit * V(j), theta[12]!);
    const dy = (2 * (y - targets[example]!)) / inputs.length;
    h.forEach((unit, j) => {
      const da = dy * V(j) * (1 - unit * unit);
      gradient[j]! += da * x[0]!;
      gradient[3 + j]! += da * x[1]!;
      gradient[6 + j]! += da;
      gradient[9 + j]! += dy * unit;
    });
    gradient[12]! += dy;
  });
  return gradient;
}

// f = |XF − wanted|²/2 over the elements of 3 × 3; X is 3 × 4 and F is 4 × 3 × 1.
const wanted = [
  [2, -0.5, 0.4],
  [0.3, 1.8, -0.6],
  [-0.7, 0.4, 2.2],
];

function matricesValue(theta: ArrayLike<number>): number {
  let sum = 0;
  wanted.forEach((row, i) => {
    row.forEach((value, j) => {
      sum += [0, 1, 2, 3].reduce((error, k) => error + theta[4 * i + k]! * theta[12 + 3 * k + j]!, -value) ** 2;
    });
  });
  return sum / 2;
}

function matricesGradient(theta: ArrayLike<number>): number[] {
  const X = (i: number, k: number) => theta[4 * i + k]!;
  const F = (k: number, j: number) => theta[12 + 3 * k + j]!;
  const gradient = new Array<number>(24).fill(0);
  wanted.forEach((row, i) => {
    row.forEach((value, j) => {
      const error = [0, 1, 2, 3].reduce((sum, k) => sum + X(i, k) * F(k, j), -value);
      for (let k = 0; k < 4; k++) {
        gradient[4 * i + k]! += error * F(k, j);
        gradient[12 + 3 * k + j]! += error * X(i, k);
      }
    });
  });
  return gradient;
}

export const problems = {
  quadratic: {
    parameters: [{ name: 'x', shape: [4] }],
    gradient: (x) => A.map((row, i) => row.reduce((sum, a, j) => sum + a * x[j]!, -b[i]!)),
    value: (x) => A.reduce((sum, row, i) => sum + x[i]! * (row.reduce((t, a, j) => t + (a * x[j]!) / 2, 0) - b[i]!), 0),
  },
  rosenbrock: {
    parameters: [{ name: 'x', shape: [2] }],
    gradient: (p) => {
      const [x, y] = [p[0]!, p[1]!];
      return [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)];
    },
    value: (p) => (1 - p[0]!) ** 2 + 100 * (p[1]! - p[0]! ** 2) ** 2,
  },
  network: {
    parameters: [
      { name: 'hidden/weight', shape: [2, 3] },
      { name: 'hidden/bias', shape: [3] },
      { name: 'output/weight', shape: [3, 1] },
      { name: 'output/bias', shape: [1] },
    ],
    gradient: networkGradient,
    value: networkValue,
  },
  matrices: {
    parameters: [
      { name: 'wide', shape: [3, 4] },
      { name: 'tall', shape: [4, 3, 1] },
    ],
    gradient: matricesGradient,
    value: matricesValue,
  },
} as const satisfies Record<string, Problem>;

/** What every optimizer is followed on; `matrices` is for those that see a parameter as a whole. */
export const problemsOfAll = [
  'quadratic',
  'rosenbrock',
  'network',
] as const satisfies readonly (keyof typeof problems)[];
