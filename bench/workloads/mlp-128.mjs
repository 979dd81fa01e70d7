import { mlp } from './mlp.mjs';

export const mlp128 = mlp(128);
