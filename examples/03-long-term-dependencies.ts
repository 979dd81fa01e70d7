/**
 * Long-term dependencies: why an LSTM learns to add two numbers that stand a hundred steps apart, and a simple recurrent
 * network does not.
 *
 * The adding problem of Hochreiter and Schmidhuber: at each step a random number in [0, 1) and a mark; two steps are marked,
 * one in the first half and one in the second, and the answer is the sum of their numbers. Whoever answers 1, the mean,
 * has a mean square error of 1/6. Each network has 32 units and gets the best of some learning rates.
 *
 * The reason stands in the lower panels: the gradient of the loss by the hidden state at every step. Going back a step
 * multiplies it by the recurrent weights and the slope of tanh; after a hundred steps nothing is left of it, so what was
 * seen early cannot be learned. The cell of an LSTM hands its gradient on through a gate that learns to stay open.
 *
 * npm run example -- 03            (a minute)
 * npm run example -- 03 --quick    (30 steps, seconds)
 *
 * Hochreiter, Schmidhuber, "Long short-term memory", 1997, section 5.4; the same decay: Bengio, Simard, Frasconi, 1994.
 */

import {
  adam,
  byGlobalNorm,
  compile,
  dense,
  type Engine,
  fromArrays,
  key,
  lstm,
  meanSquare,
  RandomStream,
  sequential,
  simpleRnn,
  type Tensor,
  type TrainedModel,
  train,
} from 'dolina';
import { gradients } from 'dolina/autodiff';
import { concat, mean, reshape, sqrt, square, sub, sum } from 'dolina/graph';
import { traceForward } from 'dolina/nn';
import { svg } from 'dolina/plot';
import type { Surroundings } from './example.ts';

/** Its operators are so small that a second thread would mostly wait. */
const oneThread = { threads: 1 };

const full = { length: 100, steps: 1500, examples: 20_000, rates: [0.01, 0.003, 0.001] };
const quickly = { length: 30, steps: 500, examples: 4000, rates: [0.01] };
const examplesOfGradient = 256;

const kinds = [
  { name: 'LSTM', layer: lstm({ units: 32, returnSequence: false }), states: ['lstm1/cell', 'lstm1/hidden'] },
  { name: 'simple', layer: simpleRnn({ units: 32, returnSequence: false }), states: ['recurrent1/hidden'] },
];

export async function measure({ engine, quick = false, say = () => {} }: Surroundings): Promise<Measured> {
  const { length, steps, examples, rates } = quick ? quickly : full;
  const training = fromArrays(adding(length, examples));
  const networks: Network[] = [];
  for (const { name, layer, states } of kinds) {
    const model = sequential(layer, dense(1));
    const runs = [];
    for (const rate of rates) {
      const losses: number[] = [];
      const { model: trained } = await train({
        ...{ model, training, batchSize: 32, epochs: steps, steps, seed: 0, engine, compile: oneThread },
        loss: meanSquare(),
        optimizer: adam({ learningRate: rate }),
        clip: byGlobalNorm(1),
        on(event) {
          if (event.type === 'step') losses.push(event.loss);
        },
      });
      const final = average(losses.slice(-100));
      say(`${name}, rate ${rate}: mean square error ${final.toFixed(5)} over the last 100 steps`);
      runs.push({ rate, final, losses, trained });
    }
    const best = runs.reduce((a, b) => (b.final < a.final ? b : a));
    const untrained = await train({ model, training, loss: meanSquare(), optimizer: adam(), steps: 0, engine });
    const norms = async (of: TrainedModel) => gradientNorms(of, model, states, length, engine);
    const [before, after] = [await norms(untrained.model), await norms(best.trained)];
    networks.push({
      ...{ name, rate: best.rate, finals: runs.map(({ rate, final }) => ({ rate, final })), losses: best.losses },
      gradients: states.map((state, i) => ({ state: state.split('/')[1]!, before: before[i]!, after: after[i]! })),
    });
  }
  return { length, steps, networks };
}

/** [N, length, 2]: numbers, and marks of 1 at two steps; the target is the sum of the marked numbers. */
function adding(length: number, examples: number) {
  const random = new RandomStream(key(1));
  const input = new Float32Array(examples * length * 2);
  const target = new Float32Array(examples);
  const half = length / 2;
  for (let n = 0; n < examples; n++) {
    const at = (step: number) => (n * length + step) * 2;
    for (let step = 0; step < length; step++) input[at(step)] = random.uniform();
    for (const step of [Math.floor(random.uniform() * half), half + Math.floor(random.uniform() * half)]) {
      input[at(step) + 1] = 1;
      target[n]! += input[at(step)]!;
    }
  }
  return { input, target, inputShape: [length, 2], targetShape: [1], name: 'adding problem' };
}

/** ‖∂loss/∂state‖ at each step, for each of `states`, over some examples that the network was not trained on. */
async function gradientNorms(
  { parameters }: TrainedModel,
  model: ReturnType<typeof sequential>,
  states: readonly string[],
  length: number,
  engine: Engine,
): Promise<number[][]> {
  const names = [...parameters.keys()];
  const f = (x: Tensor, y: Tensor, ...values: Tensor[]) => {
    const { output, exposed } = traceForward(model, x, {
      training: true,
      parameter: ({ name }) => values[names.indexOf(name)]!,
    });
    const loss = mean(square(sub(output, y)));
    return states.map((state) =>
      concat(
        gradients(loss, exposed.get(state)!).map((gradient) => reshape(sqrt(sum(square(gradient))), [1])),
        0,
      ),
    );
  };
  const n = examplesOfGradient;
  const shapes = [[n, length, 2], [n, 1], ...[...parameters.values()].map(({ shape }) => shape)];
  const compiled = await compile(f, shapes, { engine });
  const { input, target } = adding(length, n);
  const found = await compiled(input, target, ...[...parameters.values()].map(({ values }) => values));
  return found.map(({ data }) => Array.from(data));
}

export function figure({ length, steps, networks }: Measured): string {
  const window = Math.max(10, Math.round(steps / 100));
  const rates = networks[0]!.finals.map(({ rate }) => rate).join(', ');
  const norms = (when: 'before' | 'after') =>
    networks
      .flatMap(({ name, gradients: all }) =>
        all.map((gradient) => ({
          name: `${name}, ${gradient.state} state`,
          points: gradient[when].map((norm, step) => [step + 1, norm] as const),
        })),
      )
      // The colours of the first panel: what carries the memory of each network comes first.
      .sort((a, b) => Number(a.name === 'LSTM, hidden state') - Number(b.name === 'LSTM, hidden state'));
  const overSteps = { label: 'time step (the answer is given after the last)' };
  return svg({
    title: `The adding problem over ${length} steps`,
    remarks: [
      'Two marked numbers of a sequence are to be added. Above: the error in training, each network at the best of the rates ' +
        `${rates} (${networks.map(({ name, rate }) => `${name} ${rate}`).join(', ')}). Below: how strongly the loss depends on ` +
        'the state at each time step. Where the curve is many powers of ten down, nothing is learned from what was seen there.',
    ],
    xLabel: 'training step (32 sequences each)',
    panels: [
      {
        title: 'mean square error',
        scale: 'log',
        series: [
          ...networks.map(({ name, losses }) => ({
            name,
            points: windows(losses, window).map((loss, i) => [(i + 0.5) * window, loss] as const),
          })),
          {
            name: 'always answering 1 (0.167)',
            faint: true,
            points: [
              [0, 1 / 6],
              [steps, 1 / 6],
            ],
          },
        ],
      },
      { title: '‖∂loss/∂state‖ before training', scale: 'log', x: overSteps, series: norms('before') },
      { title: '‖∂loss/∂state‖ after training', scale: 'log', x: overSteps, series: norms('after') },
    ],
  });
}

const average = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;

function windows(values: readonly number[], size: number): number[] {
  return Array.from({ length: Math.floor(values.length / size) }, (_, i) =>
    average(values.slice(i * size, (i + 1) * size)),
  );
}

interface Network {
  readonly name: string;
  /** The learning rate that ended lowest, and how all of them ended: means over the last 100 steps. */
  readonly rate: number;
  readonly finals: readonly { readonly rate: number; readonly final: number }[];
  /** At the best rate, of every batch. */
  readonly losses: readonly number[];
  /** Norms of the gradient by a state, time step after time step. */
  readonly gradients: readonly {
    readonly state: string;
    readonly before: readonly number[];
    readonly after: readonly number[];
  }[];
}

export interface Measured {
  readonly length: number;
  readonly steps: number;
  readonly networks: readonly Network[];
}
