import { describe, expect, it } from 'vitest';
import { describe as describeModel } from '../describe.ts';
import { readLayer } from '../layer/table.ts';
import {
  alexnet,
  characterLstm,
  googlenet,
  lenet5,
  logisticRegression,
  mlp,
  resnet,
  transformer,
  vgg,
} from './index.ts';

const image = (channels: number, side: number) => ({ shape: [2, channels, side, side], dtype: 'float32' }) as const;
const text = (length: number) => ({ shape: [2, length], dtype: 'int32' }) as const;

describe('models', () => {
  // Numbers of the papers, or counted by hand from them.
  it.each([
    ['logistic regression', logisticRegression({ classes: 10 }), image(1, 28), [2, 10], 7850],
    ['MLP', mlp({ hidden: [512, 512], outputs: 10, dropoutRate: 0.5 }), image(1, 28), [2, 10], 669_706],
    ['LeNet-5', lenet5({ classes: 10 }), image(1, 28), [2, 10], 61_706],
    // 3→3·5²+3, 3→8·5²+8, 8→12·3²+12, 12→12·3²+12, 12→8·3²+8, then 8·3·3 → 5 → 5 → 10.
    [
      'AlexNet',
      alexnet({ classes: 10, channels: 3, units: 5 }),
      image(3, 32),
      [2, 10],
      228 + 608 + 876 + 1308 + 872 + 365 + 30 + 60,
    ],
    // 0.27 M and 0.86 M in the paper's table 6 without projections, whose convolutions and norms add 2752.
    ['ResNet-20', resnet({ depth: 20, classes: 10 }), image(3, 32), [2, 10], 272_474],
    ['ResNet-56', resnet({ depth: 56, classes: 10 }), image(3, 32), [2, 10], 855_770],
    ['ResNet-56 without skips', resnet({ depth: 56, classes: 10, skips: false }), image(3, 32), [2, 10], 853_018],
    // 3·3·(3·16 + 16·16) + 2·(16 + 16), then dense 16 → 10.
    ['VGG', vgg({ stages: [[16, 16]], classes: 10, dropoutRate: 0.1 }), image(3, 32), [2, 10], 2736 + 64 + 170],
    // 65·16 + 4·(16·32 + 32·32 + 32) + 33·65
    ['character LSTM', characterLstm({ entries: 65, size: 16, units: 32 }), text(7), [2, 7, 65], 1040 + 6272 + 2145],
    // (5 + 6)·8 + [4·8·9 + 2·16 + 8·33 + 32·9 − 24] + 16 + 9·5; attention 4·8² + 4·8, perceptron 8·32 + 32 + 32·8 + 8
    [
      'transformer',
      transformer({ entries: 5, length: 6, layers: 1, width: 8, heads: 2 }),
      text(6),
      [2, 6, 5],
      88 + (16 + 288) + (16 + 552) + 16 + 45,
    ],
  ] as const)(
    '%s gives logits, has the paper’s number of parameters, and reads back from JSON',
    (_, model, input, output, count) => {
      const described = describeModel(model, input);
      expect(described.output.shape).toEqual(output);
      expect(described.parameterCount).toBe(count);
      const back = readLayer(JSON.parse(JSON.stringify(model)));
      expect(describeModel(back, input).parameters).toEqual(described.parameters);
    },
  );

  it('GoogLeNet has two heads in training and none in use', () => {
    const heads = (training: boolean) =>
      describeModel(googlenet({ classes: 10, channels: 16 }), image(3, 32), { training }).parameters.filter(
        ({ name }) => name.includes('auxiliary'),
      );
    expect(heads(true).map(({ name }) => name.split('/')[0])).toEqual([
      'auxiliary1',
      'auxiliary1',
      'auxiliary2',
      'auxiliary2',
    ]);
    expect(heads(false)).toEqual([]);
    expect(describeModel(googlenet({ classes: 10, auxiliaryWeight: 0 }), image(3, 32)).output.shape).toEqual([2, 10]);
  });
});
