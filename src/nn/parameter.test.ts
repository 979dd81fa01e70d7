import { expect, it, describe as suite } from 'vitest';
import { key } from '../base/random.ts';
import { describe } from './describe.ts';
import { dense } from './layer/dense.ts';
import { named } from './layer/named.ts';
import { relu } from './layer/relu.ts';
import { sequential } from './layer/sequential.ts';
import type { Layer } from './layer.ts';
import { initialValue, initialValues } from './parameter.ts';

const input = { shape: [1, 6], dtype: 'float32' } as const;
const declared = (...layers: readonly Layer[]) => describe(sequential(...layers), input).parameters;

suite('initialValues', () => {
  const plain = initialValues(declared(dense(4), relu(), named('head', dense(6))), key(5));

  it('repeats itself for the same key, and not for another', () => {
    const parameters = declared(dense(4), relu(), named('head', dense(6)));
    expect(initialValues(parameters, key(5))).toEqual(plain);
    expect(initialValues(parameters, key(6)).get('dense1/weight')).not.toEqual(plain.get('dense1/weight'));
  });

  it('a layer more in between, or another order of drawing, changes no draw of the others', () => {
    const deeper = declared(dense(4), relu(), named('middle', dense(4)), named('head', dense(6)));
    const values = initialValues(deeper.toReversed(), key(5));
    for (const [name, drawn] of plain) expect(values.get(name), name).toEqual(drawn);
  });

  it('parameters of equal shape and initializer get different draws', () => {
    const [first, , second] = declared(dense(6), dense(6));
    expect(initialValue(first!, key(5))).not.toEqual(initialValue(second!, key(5)));
  });

  it('draws by the fan of the parameter: He for 6 inputs stays within 6 deviations, and is not all zero', () => {
    const weight = plain.get('dense1/weight')!;
    expect(weight.length).toBe(24);
    const square = weight.reduce((total, value) => total + value * value, 0) / 24;
    expect(square / (2 / 6)).toBeGreaterThan(0.3);
    expect(square / (2 / 6)).toBeLessThan(2.5);
    expect(Array.from(plain.get('head/bias')!)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
