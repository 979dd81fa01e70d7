import { add, div, type Expression, mul, sqrt } from '../../rule/expression.ts';

/** What δ is added to in Adam's divisor; the first is the default. */
export const adaptiveEpsilonPlaces = ['correctedRoot', 'uncorrectedRoot', 'correctedSquares'] as const;

/** The averages of gradients and of their squares, the factors 1 − βᵗ that correct them, and δ. */
export interface Moments {
  readonly s: Expression;
  readonly r: Expression;
  readonly c1: Expression;
  readonly c2: Expression;
  readonly δ: Expression;
}

/** Adam's direction from its moments, with δ where `epsilonAddedTo` puts it: see `adaptiveMoments`. */
export function adaptiveDirection(
  { s, r, c1, c2, δ }: Moments,
  epsilonAddedTo: (typeof adaptiveEpsilonPlaces)[number],
): Expression {
  switch (epsilonAddedTo) {
    case 'correctedRoot':
      return div(div(s, c1), add(sqrt(div(r, c2)), δ));
    case 'uncorrectedRoot':
      return mul(div(sqrt(c2), c1), div(s, add(sqrt(r), δ)));
    case 'correctedSquares':
      return div(div(s, c1), sqrt(add(div(r, c2), δ)));
  }
}
