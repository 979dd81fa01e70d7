/** What parameters a network has, in one order and layout for all systems. */

/**
 * @typedef {object} Parameter
 * @property {string} name `<layer>.weight` or `<layer>.bias`; the layer by its place in `layers`.
 * @property {readonly number[]} shape Dense: [in, out]. Convolution: [out, in, height, width].
 * @property {number} offset Where its numbers begin in the file of parameters.
 * @property {readonly number[]} input Shape of one example where it enters the layer, before any flattening.
 */

/** @param {readonly number[]} shape */
export const sizeOf = (shape) => shape.reduce((product, extent) => product * extent, 1);

/** @param {import('../workloads/table.mjs').Network} network @returns {Parameter[]} */
export function parametersOf({ inputShape, layers }) {
  /** @type {Parameter[]} */
  const parameters = [];
  let offset = 0;
  let shape = inputShape;
  let beforeFlatten = inputShape;
  const add = (/** @type {string} */ name, /** @type {readonly number[]} */ own) => {
    parameters.push({ name, shape: own, offset, input: beforeFlatten });
    offset += sizeOf(own);
  };
  layers.forEach((layer, index) => {
    switch (layer.type) {
      case 'dense':
        add(`${index}.weight`, [sizeOf(shape), layer.units]);
        add(`${index}.bias`, [layer.units]);
        shape = [layer.units];
        beforeFlatten = shape;
        break;
      case 'conv':
        add(`${index}.weight`, [layer.channels, shape[0], layer.kernel, layer.kernel]);
        add(`${index}.bias`, [layer.channels]);
        shape = [layer.channels, ...shape.slice(1)];
        beforeFlatten = shape;
        break;
      case 'maxPool':
        shape = [shape[0], Math.floor(shape[1] / layer.size), Math.floor(shape[2] / layer.size)];
        beforeFlatten = shape;
        break;
      case 'flatten':
        shape = [sizeOf(shape)];
        break;
      default:
    }
  });
  return parameters;
}

/** Shape of one example at the end of the network. @param {import('../workloads/table.mjs').Network} network */
export function outputShapeOf(network) {
  const last = network.layers.at(-1);
  if (last?.type !== 'dense') throw new Error(`internal: the last layer of a benchmark network is ${last?.type}`);
  return [last.units];
}
