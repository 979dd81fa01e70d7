/** What a layer is (frozen data), what it sees while a model is traced (a scope), and what its row in the table does. */

import type { OptionSpecs } from '../base/option-spec.ts';
import type { Shape } from '../base/shape.ts';
import type { Builder, Tensor } from '../graph/tensor.ts';
import type { Fan, Initializer } from './init/initializer.ts';
import type { Loss } from './loss/loss.ts';
import type { Statistics } from './state.ts';

/** A description such as `{ layer: 'dropout', rate: 0.5 }`; the builders of `layer/` make them, `named` names them. */
export interface Layer {
  readonly layer: string;
  /** Its name within the enclosing scope; numbered by kind (`dense2`) where absent. */
  readonly name?: string;
}

/** The place of a layer in a model under trace. */
export interface Scope {
  /** True while the training step is traced; dropout and its like are the identity where it is false. */
  readonly training: boolean;
  /** `features/conv1`; `''` for the model itself. */
  readonly path: string;
  readonly builder: Builder;
  /**
   * A parameter of the layer, float32, named `path/name`. State `fan` where the initializer scales by it: it throws
   * otherwise.
   */
  parameter(name: string, shape: Shape, initializer: Initializer, fan?: Fan): Tensor;
  /**
   * A random mask (uint8), drawn afresh for every step: each element is 1 with probability `keepProbability`, else 0. It
   * becomes the graph's input `path/name`.
   */
  keepMask(name: string, shape: Shape, keepProbability: number): Tensor;
  /** What normalization normalises by in this trace. */
  readonly statistics: Statistics;
  /**
   * Numbers that the model keeps beside its parameters (float32, the graph's input `path/name`), as they are before this
   * step. `perExample`: the first axis counts the examples of the batch, as in a hidden state that is carried on.
   */
  state(name: string, shape: Shape, initial: number, options?: { readonly perExample?: boolean }): Tensor;
  /** What the state of that name is after this step; left out, it stays as it is. No gradient goes through it. */
  updateState(name: string, next: Tensor): void;
  /**
   * An output at an inner layer with a loss of its own, by default that of the task, against the same targets: `weight`
   * times it is added to the loss in training, and elsewhere it does not exist. `of` names the output whose targets and
   * loss are meant, where the model has several.
   */
  auxiliary(
    name: string,
    output: Tensor,
    weight: number,
    options?: { readonly loss?: Loss; readonly of?: string },
  ): void;
  /** One of several outputs of the model. Its name is the whole name, wherever the layer is. */
  output(name: string, output: Tensor): void;
  /**
   * Shows tensors inside the layer to whoever traces the model (`Forward.exposed`, under `path/name`): a recurrent layer's
   * hidden state, step by step. They can be outputs, and the loss can be differentiated by them.
   */
  expose(name: string, tensors: readonly Tensor[]): void;
  /** Applies a layer inside this scope, under `name`, its own name, or a number after its kind. */
  apply(layer: Layer, x: Tensor, name?: string): Tensor;
  /** Refuses the layer's input: throws a ShapeError that names the layer. */
  refuse(problem: string, mend: string): never;
}

/** One row of the table of layers. */
export interface LayerRow<D extends Layer = Layer> {
  /** What numbered names begin with: `conv` gives `conv1`, `conv2`, … */
  readonly label: string;
  /** A layer that only holds others gives its scope no name of its own, unless it is named. */
  readonly transparent?: boolean;
  /** What its options may be, for the schema of an experiment. */
  readonly options: OptionSpecs;
  /**
   * Builds the description from plain options, with every check of its builder. `inner` reads a nested layer that stands
   * under a key.
   */
  read(options: Readonly<Record<string, unknown>>, inner: (value: unknown, key: string) => Layer): D;
  /** Traces the layer: (x, batch first) → output, with parameters and masks from the scope. */
  apply(layer: D, scope: Scope, x: Tensor): Tensor;
}
