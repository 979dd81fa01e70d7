/** Derivatives, graph to graph. */

export { type GradOptions, grad, hessianVector, type ScalarFunction, valueAndGrad } from './grad.ts';
export { gradients } from './gradients.ts';
