/** Adam as every workload uses it: the defaults of the paper (Kingma and Ba, 2015). */

export const adam = { type: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
