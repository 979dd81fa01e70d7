/** What differs between engines that run ONNX models: opening a session, and tying it to host arrays. */

import type { HostArray } from '../base/dtype.ts';
import type { ThreadPool } from '../base/thread-pool.ts';
import type { TensorSpec } from '../graph/graph.ts';
import type { OnnxModel } from '../onnx/model.ts';
import type { Binding, EngineDescription } from './engine.ts';

/** A pool that its owner ends. */
export interface OwnedThreadPool extends ThreadPool {
  close(): void;
}

export interface Backend {
  /** What opens it. */
  readonly description: BackendDescription;
  /** Package and version. */
  readonly version: string;
  /** What the fastest choice depends on beside the engine: the processor's name. */
  readonly machine: string;
  /** The thread counts that are worth a measurement, ascending. */
  readonly threadCandidates: readonly number[];
  /** Refuses a thread count that this backend cannot give, with an OptionError. */
  checkThreads(threads: number): void;
  /** Width of the channel blocks that its own convolution works on; `undefined` where it offers none. */
  channelBlock?(): Promise<number | undefined>;
  /** Threads beside its own, which end with it. */
  readonly pool?: OwnedThreadPool | undefined;
  open(model: OnnxModel, threads: number): Promise<Session>;
}

type WithoutMeasurements<D> = D extends unknown ? Omit<D, 'measurements'> : never;
export type BackendDescription = WithoutMeasurements<EngineDescription>;

/** An array for one port of the model. */
export interface BoundArray {
  readonly spec: TensorSpec;
  readonly array: HostArray;
}

export interface Session {
  /** Inputs and outputs by the names of the model's ports; sizes and types are right. */
  bind(inputs: ReadonlyMap<string, BoundArray>, outputs: ReadonlyMap<string, BoundArray>): Binding;
  release(): Promise<void>;
}
