import { describe, expect, it } from 'vitest';
import { conv } from './convolution.ts';
import { add, cast, div } from './elementwise.ts';
import { pad, reshape } from './form.ts';
import { literal } from './leaf.ts';
import { print } from './print.ts';
import { mean } from './reduction.ts';
import { trace } from './trace.ts';

describe('print', () => {
  it('shows one line for each node, with attributes, shape and layer', () => {
    const graph = trace(
      { x: { shape: [2, 1, 4, 4], dtype: 'uint8' }, w: { shape: [3, 1, 3, 3], dtype: 'float32' } },
      ({ x, w }) => {
        const image = div(cast(x, 'float32'), 255);
        const y = x.builder.within('conv1', () => conv(image, w, { padding: 'same' }));
        const table = reshape(literal(x.builder, [1, 2, 3, 4, 5, 6, 7, 8, 9]), [9, 1, 1, 1]);
        const wide = pad(table, { low: [0, 0, 0, 0], high: [0, 0, 0, 0], value: Number.NEGATIVE_INFINITY });
        return { y, m: add(mean(y, [1, 2, 3]), mean(wide)) };
      },
    );
    expect(print(graph)).toBe(`%0 = input() name="x" : uint8[2,1,4,4]
%1 = input() name="w" : float32[3,1,3,3]
%2 = cast(%0) dtype="float32" : float32[2,1,4,4]
%3 = fill() value=255 : float32[2,1,4,4]
%4 = div(%2, %3) : float32[2,1,4,4]
%5 = conv(%4, %1) stride=[1,1] padding=[1,1,1,1] dilation=[1,1] groups=1 : float32[2,3,4,4]  # conv1
%6 = literal() values=[1,2,3,4,5,6,7,8,… 9 values] : float32[9]
%7 = reshape(%6) : float32[9,1,1,1]
%8 = sum(%5) axes=[1,2,3] keepDims=false : float32[2]
%9 = fill() value=0.020833333333333332 : float32[2]
%10 = mul(%8, %9) : float32[2]
%11 = sum(%7) axes=[0,1,2,3] keepDims=false : float32[]
%12 = fill() value=0.1111111111111111 : float32[]
%13 = mul(%11, %12) : float32[]
%14 = broadcastTo(%13) : float32[2]
%15 = add(%10, %14) : float32[2]
return y=%5, m=%15
`);
  });
});
