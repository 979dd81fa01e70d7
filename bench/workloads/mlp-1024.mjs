import { mlp } from './mlp.mjs';

export const mlp1024 = mlp(1024);
