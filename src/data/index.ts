/** Data sets, samplers and file formats. */

export { type Batches, type BatchesOptions, createBatches } from './batches.ts';
export { readLabels, visitBlocks } from './blocks.ts';
export type { DataDtype, Dataset, FieldSpec, TargetSpec } from './dataset.ts';
export { fashionMnist } from './fashion-mnist.ts';
export { type CsvFormat, parseCsv } from './format/csv.ts';
export { gunzip, isGzip } from './format/gzip.ts';
export { type IdxArray, parseIdx } from './format/idx.ts';
export { type ArraysOptions, fromArrays } from './from-arrays.ts';
export { type CsvOptions, fromCsv } from './from-csv.ts';
export { fromIdx, type IdxOptions } from './from-idx.ts';
export { mnist } from './mnist.ts';
export { withNormalization } from './normalization.ts';
export { checkSampler, inOrder, type Sampler, shuffled, shuffledOnce, withReplacement } from './sampler.ts';
export type { DownloadOptions } from './source/download.ts';
export type { ImageSets, SourceEvent } from './source/image-sets.ts';
export { type Split, type SplitOptions, split } from './split.ts';
export { type Statistics, standardized, statistics } from './statistics.ts';
export { subset, take } from './subset.ts';
