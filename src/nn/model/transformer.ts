import { normal } from '../init/normal.ts';
import { dense } from '../layer/dense.ts';
import { dropout } from '../layer/dropout.ts';
import { embedding } from '../layer/embedding.ts';
import { gelu } from '../layer/gelu.ts';
import { layerNorm } from '../layer/layer-norm.ts';
import { multiHeadAttention } from '../layer/multi-head-attention.ts';
import { positionEmbedding } from '../layer/position-embedding.ts';
import { residual } from '../layer/residual.ts';
import { type Sequential, sequential } from '../layer/sequential.ts';

export interface TransformerOptions {
  /** Number of symbols. */
  readonly entries: number;
  /** The longest sequence. */
  readonly length: number;
  /** Blocks of attention and two dense layers. Default 4. */
  readonly layers?: number;
  /** Features of a step. Default 256. */
  readonly width?: number;
  /** They must divide the width. Default 4. */
  readonly heads?: number;
  /** On attention and on each branch, in [0, 1). Default 0. */
  readonly dropoutRate?: number;
}

/**
 * A small causal transformer, a model of the next symbol: embeddings of symbol and position, blocks of self-attention and
 * a two-layer perceptron of four times the width, each normalised before it and added to what it was given (pre-norm),
 * and logits at every step.
 *
 * x int32 [N, T] → [N, T, entries], T at most `length`.
 *
 * @example transformer({ entries: 65, length: 128, layers: 4, width: 256 })
 *
 * Vaswani et al., "Attention is all you need", 2017; pre-norm and GELU as in Radford et al. (GPT-2), 2019.
 */
export function transformer(options: TransformerOptions): Sequential {
  const { entries, length, layers = 4, width = 256, heads = 4, dropoutRate = 0 } = options;
  const dropped = dropoutRate > 0 ? [dropout(dropoutRate)] : [];
  const blocks = Array.from({ length: layers }, () =>
    sequential(
      residual(sequential(layerNorm(), multiHeadAttention({ heads, causal: true, dropout: dropoutRate }), ...dropped)),
      residual(sequential(layerNorm(), dense(4 * width), gelu(), dense(width), ...dropped)),
    ),
  );
  return sequential(
    embedding({ entries, size: width, initializer: normal({ deviation: 0.02 }) }),
    positionEmbedding({ length }),
    ...dropped,
    ...blocks,
    layerNorm(),
    dense(entries),
  );
}
