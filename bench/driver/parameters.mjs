/** What parameters a network has, in one order and layout for all systems. */

/**
 * @typedef {object} Parameter
 * @property {string} name `<layer>.<what>`; the layer by its place in `layers`, within a skip connection as
 *   `<its place>.body.<place>` or `<its place>.projection.<place>`.
 * @property {readonly number[]} shape Matrix: [in, out]. Filter: [out, in, height, width]. Table: [entries, size].
 * @property {number} offset Where its numbers begin in the file of parameters.
 * @property {'matrix' | 'filter' | 'table' | 'vector'} kind
 * @property {readonly number[]} input Shape of one example where it enters the layer, before any flattening.
 * @property {'weight' | 'bias' | 0 | 1} start What it starts with: as the workload says of weights or biases, or a number.
 * @property {number=} fanIn Of weights.
 * @property {true=} gates The last axis is that of the four gates of an LSTM: input, forget, output, candidate.
 */

/** @param {readonly number[]} shape */
export const sizeOf = (shape) => shape.reduce((product, extent) => product * extent, 1);

/** @param {import('../workloads/table.mjs').Network} network */
function walk({ inputShape, layers }) {
  /** @type {Parameter[]} */
  const parameters = [];
  let offset = 0;
  let beforeFlatten = inputShape;
  /** @param {string} name @param {readonly number[]} shape @param {Pick<Parameter, 'kind' | 'start' | 'fanIn' | 'gates'>} rest */
  const add = (name, shape, rest) => {
    parameters.push({ name, shape, offset, input: beforeFlatten, ...rest });
    offset += sizeOf(shape);
  };
  /** @param {string} name @param {number} inputs @param {number} outputs @param {{ gates?: true }=} rest */
  const matrix = (name, inputs, outputs, rest = {}) =>
    add(name, [inputs, outputs], { kind: 'matrix', start: 'weight', fanIn: inputs, ...rest });
  /** @param {string} name @param {number} size @param {{ gates?: true }=} rest */
  const bias = (name, size, rest = {}) => add(name, [size], { kind: 'vector', start: 'bias', ...rest });
  /** @param {string} name @param {number} size */
  const scaleAndShift = (name, size) => {
    add(`${name}.scale`, [size], { kind: 'vector', start: 1 });
    add(`${name}.shift`, [size], { kind: 'vector', start: 0 });
  };

  /**
   * The shape behind the layer.
   * @param {import('../workloads/table.mjs').Layer} layer @param {string} name @param {readonly number[]} shape
   * @returns {readonly number[]}
   */
  const through = (layer, name, shape) => {
    const last = shape[shape.length - 1];
    switch (layer.type) {
      case 'dense':
        matrix(`${name}.weight`, last, layer.units);
        bias(`${name}.bias`, layer.units);
        return [...shape.slice(0, -1), layer.units];
      case 'conv': {
        const { channels, kernel, stride = 1 } = layer;
        const fanIn = shape[0] * kernel * kernel;
        add(`${name}.weight`, [channels, shape[0], kernel, kernel], { kind: 'filter', start: 'weight', fanIn });
        if (layer.bias !== false) bias(`${name}.bias`, channels);
        return [channels, Math.ceil(shape[1] / stride), Math.ceil(shape[2] / stride)];
      }
      case 'batchNorm':
        scaleAndShift(name, shape[0]);
        return shape;
      case 'layerNorm':
        scaleAndShift(name, last);
        return shape;
      case 'maxPool':
        return [shape[0], Math.floor(shape[1] / layer.size), Math.floor(shape[2] / layer.size)];
      case 'globalAveragePool':
        return [shape[0]];
      case 'flatten':
        return [sizeOf(shape)];
      case 'residual':
        if (layer.projection !== undefined) {
          const inner = chain(layer.body, `${name}.body.`, shape);
          chain(layer.projection, `${name}.projection.`, shape);
          return inner;
        }
        return chain(layer.body, `${name}.body.`, shape);
      case 'embedding':
        add(`${name}.weight`, [layer.entries, layer.size], { kind: 'table', start: 'weight', fanIn: layer.size });
        return [...shape, layer.size];
      case 'position':
        add(`${name}.weight`, shape, { kind: 'table', start: 'weight', fanIn: last });
        return shape;
      case 'lstm':
        matrix(`${name}.inputWeight`, last, 4 * layer.units, { gates: true });
        matrix(`${name}.recurrentWeight`, layer.units, 4 * layer.units, { gates: true });
        bias(`${name}.bias`, 4 * layer.units, { gates: true });
        return [...shape.slice(0, -1), layer.units];
      case 'attention':
        matrix(`${name}.inputWeight`, last, 3 * last);
        bias(`${name}.inputBias`, 3 * last);
        matrix(`${name}.outputWeight`, last, last);
        bias(`${name}.outputBias`, last);
        return shape;
      default:
        return shape;
    }
  };
  /** @param {readonly import('../workloads/table.mjs').Layer[]} chained @param {string} prefix @param {readonly number[]} shape */
  const chain = (chained, prefix, shape) => {
    let now = shape;
    chained.forEach((layer, index) => {
      const next = through(layer, `${prefix}${index}`, now);
      if (next !== now && layer.type !== 'flatten') beforeFlatten = next;
      now = next;
    });
    return now;
  };
  return { output: chain(layers, '', inputShape), parameters };
}

/** @param {import('../workloads/table.mjs').Network} network @returns {Parameter[]} */
export const parametersOf = (network) => walk(network).parameters;

/** Shape of one example at the end of the network. @param {import('../workloads/table.mjs').Network} network */
export const outputShapeOf = (network) => walk(network).output;

/** How many symbols the inputs are of, where they are symbols. @param {import('../workloads/table.mjs').Network} network */
export function symbolsOf({ layers }) {
  const [first] = layers;
  return first.type === 'embedding' ? first.entries : undefined;
}
