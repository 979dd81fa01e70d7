/** Graphs as ONNX models. */

export { type EncodeOptions, encode } from './encode.ts';
export { type ExportModelOptions, exportModel } from './export-model.ts';
export { type LowerOptions, lower } from './lower.ts';
export type { OnnxModel } from './model.ts';
export type { FileGraph, ModelFile } from './model-file.ts';
export { printModel } from './print.ts';
export { readModel } from './read-model.ts';
