/** Models that people know, each one readable page, built from layers: plain data, to be trained, changed or taken apart. */

export { type AlexNetOptions, alexnet } from './alexnet.ts';
export { type CharacterLstmOptions, characterLstm } from './character-lstm.ts';
export { type GoogLeNetOptions, googlenet } from './googlenet.ts';
export { lenet5 } from './lenet5.ts';
export { logisticRegression } from './logistic-regression.ts';
export { type MlpOptions, mlp } from './mlp.ts';
export { type ResnetOptions, resnet } from './resnet.ts';
export { type TransformerOptions, transformer } from './transformer.ts';
export { type VggOptions, vgg } from './vgg.ts';
