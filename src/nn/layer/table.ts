/** The table of layers: a new one is one file and one row. */

import { OptionError, under } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest.ts';
import { checkOptionNames } from '../../base/options.ts';
import { shown } from '../../base/shown.ts';
import type { Layer, LayerRow } from '../layer.ts';
import { auxiliaryRow } from './auxiliary.ts';
import { averagePool2dRow } from './average-pool2d.ts';
import { batchNormRow } from './batch-norm.ts';
import { convTranspose2dRow } from './conv-transpose2d.ts';
import { conv2dRow } from './conv2d.ts';
import { denseRow } from './dense.ts';
import { denseConnectionRow } from './dense-connection.ts';
import { dropoutRow } from './dropout.ts';
import { eluRow } from './elu.ts';
import { embeddingRow } from './embedding.ts';
import { flattenRow } from './flatten.ts';
import { geluRow } from './gelu.ts';
import { globalAveragePool2dRow } from './global-average-pool2d.ts';
import { globalMaxPool2dRow } from './global-max-pool2d.ts';
import { groupNormRow } from './group-norm.ts';
import { gruRow } from './gru.ts';
import { instanceNormRow } from './instance-norm.ts';
import { layerNormRow } from './layer-norm.ts';
import { leakyReluRow } from './leaky-relu.ts';
import { localResponseNormRow } from './local-response-norm.ts';
import { lstmRow } from './lstm.ts';
import { maxPool2dRow } from './max-pool2d.ts';
import { maxoutRow } from './maxout.ts';
import { multiHeadAttentionRow } from './multi-head-attention.ts';
import { named } from './named.ts';
import { outputsRow } from './outputs.ts';
import { parallelRow } from './parallel.ts';
import { positionEmbeddingRow } from './position-embedding.ts';
import { reluRow } from './relu.ts';
import { reshapeExamplesRow } from './reshape-examples.ts';
import { residualRow } from './residual.ts';
import { rmsNormRow } from './rms-norm.ts';
import { seluRow } from './selu.ts';
import { sequentialRow } from './sequential.ts';
import { sigmoidRow } from './sigmoid.ts';
import { siluRow } from './silu.ts';
import { simpleRnnRow } from './simple-rnn.ts';
import { softmaxRow } from './softmax.ts';
import { softplusRow } from './softplus.ts';
import { spatialDropoutRow } from './spatial-dropout.ts';
import { tanhRow } from './tanh.ts';

/** The table of layers, by kind. */
export const layers = {
  sequential: sequentialRow,
  dense: denseRow,
  conv2d: conv2dRow,
  convTranspose2d: convTranspose2dRow,
  maxPool2d: maxPool2dRow,
  averagePool2d: averagePool2dRow,
  globalMaxPool2d: globalMaxPool2dRow,
  globalAveragePool2d: globalAveragePool2dRow,
  flatten: flattenRow,
  reshapeExamples: reshapeExamplesRow,
  dropout: dropoutRow,
  spatialDropout: spatialDropoutRow,
  batchNorm: batchNormRow,
  auxiliary: auxiliaryRow,
  outputs: outputsRow,
  residual: residualRow,
  parallel: parallelRow,
  denseConnection: denseConnectionRow,
  embedding: embeddingRow,
  positionEmbedding: positionEmbeddingRow,
  simpleRnn: simpleRnnRow,
  gru: gruRow,
  lstm: lstmRow,
  multiHeadAttention: multiHeadAttentionRow,
  layerNorm: layerNormRow,
  groupNorm: groupNormRow,
  instanceNorm: instanceNormRow,
  rmsNorm: rmsNormRow,
  localResponseNorm: localResponseNormRow,
  relu: reluRow,
  leakyRelu: leakyReluRow,
  elu: eluRow,
  selu: seluRow,
  gelu: geluRow,
  silu: siluRow,
  softplus: softplusRow,
  sigmoid: sigmoidRow,
  tanh: tanhRow,
  softmax: softmaxRow,
  maxout: maxoutRow,
} as const satisfies Readonly<Record<string, LayerRow>>;

/** The name of a built-in layer. */
export type LayerKind = keyof typeof layers;

/** The row of a description's kind; refuses one that is unknown, with the nearest name. */
export function rowOf(value: unknown, place: string): LayerRow {
  const kind = (value as Partial<Layer> | null | undefined)?.layer;
  if (typeof kind !== 'string' || !Object.hasOwn(layers, kind)) {
    throw new OptionError('option/choice', `${shown(value)} is no layer`, {
      place,
      mend: suggestion(String(kind), Object.keys(layers)),
    });
  }
  return layers[kind as LayerKind] as LayerRow;
}

/**
 * Checks a plain value (from a JSON file, say) and gives the layer that it describes, defaults filled in.
 *
 * @example readLayer({ layer: 'dense', units: 10 })  // equals dense(10)
 */
export function readLayer(value: unknown): Layer {
  const row = rowOf(value, '');
  const { layer: kind, name, ...options } = value as Layer;
  checkOptionNames(kind, options, ['name', ...Object.keys(row.options)]);
  const layer = row.read(options, (inner, key) => under(key, () => readLayer(inner)));
  return name === undefined ? layer : named(name, layer);
}
