import { dense } from '../layer/dense.ts';
import { dropout } from '../layer/dropout.ts';
import { embedding } from '../layer/embedding.ts';
import { lstm } from '../layer/lstm.ts';
import { type Sequential, sequential } from '../layer/sequential.ts';

export interface CharacterLstmOptions {
  /** Number of characters. */
  readonly entries: number;
  /** Size of the vectors that stand for characters. Default 64. */
  readonly size?: number;
  /** Of each layer. Default 256. */
  readonly units?: number;
  /** Recurrent layers on top of each other. Default 1. */
  readonly layers?: number;
  /** After each recurrent layer, in [0, 1). Default 0. */
  readonly dropoutRate?: number;
  /** Whether a batch goes on where the last one ended; for the sampler `continuous()`. Default false. */
  readonly carryState?: boolean;
}

/**
 * A model of the next character: an embedding, layers of long short-term memory, and logits at every step.
 *
 * x int32 [N, T] → [N, T, entries].
 *
 * @example characterLstm({ entries: 65, units: 256 })
 *
 * After Graves, "Generating sequences with recurrent neural networks", 2013.
 */
export function characterLstm(options: CharacterLstmOptions): Sequential {
  const { entries, size = 64, units = 256, layers = 1, dropoutRate = 0, carryState = false } = options;
  const memory = Array.from({ length: layers }, () => [
    lstm({ units, carryState }),
    ...(dropoutRate > 0 ? [dropout(dropoutRate)] : []),
  ]);
  return sequential(embedding({ entries, size }), ...memory.flat(), dense(entries));
}
