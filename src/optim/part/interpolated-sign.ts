import { part } from '../../rule/chain.ts';
import { add, mul, sign, sub } from '../../rule/expression.ts';

const decay = { min: 0, max: 1, exclusiveMax: true } as const;

/** Lion's direction: d ← sign(β₁m + (1−β₁)d); m ← β₂m + (1−β₂)d, of the d that came in (Chen et al., 2023). */
export const interpolatedSign = part({
  slots: { m: 0 },
  hyper: { beta1: { default: 0.9, ...decay }, beta2: { default: 0.99, ...decay } },
  transform: ({ direction: d, m, beta1: β1, beta2: β2 }) => ({
    m: add(mul(β2, m), mul(sub(1, β2), d)),
    direction: sign(add(mul(β1, m), mul(sub(1, β1), d))),
  }),
});
