/** A workload's layers in Dolina's words. */

import {
  batchNorm,
  conv2d,
  dense,
  embedding,
  flatten,
  gelu,
  globalAveragePool2d,
  layerNorm,
  lstm,
  maxPool2d,
  multiHeadAttention,
  positionEmbedding,
  relu,
  residual,
  sequential,
  tanh,
} from '../../dist/index.node.js';

/** @param {Pick<import('../workloads/table.mjs').Network, 'inputShape' | 'layers'>} network */
export function modelOf({ inputShape, layers }) {
  const chain = (own) => sequential(...own.map(layerOf));
  function layerOf(layer) {
    switch (layer.type) {
      case 'dense':
        return dense(layer.units);
      case 'conv': {
        const { channels, kernel, stride = 1, bias = true } = layer;
        return conv2d({ channels, kernel, stride, padding: Math.floor(kernel / 2), bias });
      }
      case 'maxPool':
        return maxPool2d(layer.size);
      case 'globalAveragePool':
        return globalAveragePool2d();
      case 'flatten':
        return flatten();
      case 'relu':
        return relu();
      case 'tanh':
        return tanh();
      case 'gelu':
        return gelu();
      case 'batchNorm':
        return batchNorm();
      case 'layerNorm':
        return layerNorm();
      case 'residual':
        return residual(
          chain(layer.body),
          layer.projection === undefined ? {} : { projection: chain(layer.projection) },
        );
      case 'embedding':
        return embedding({ entries: layer.entries, size: layer.size });
      case 'position':
        return positionEmbedding({ length: inputShape[0] });
      case 'lstm':
        return lstm({ units: layer.units });
      case 'attention':
        return multiHeadAttention({ heads: layer.heads, causal: true });
      default:
        throw new Error(`Dolina child knows no layer ${layer.type}`);
    }
  }
  return chain(layers);
}
