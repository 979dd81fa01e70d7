/** Every reader of the project: a format that is added has its row here. */

import type { Reader } from './reader.ts';
import { dataReaders } from './readers/data.ts';
import { modelReaders } from './readers/model.ts';
import { runReaders } from './readers/run.ts';

/** `folder` is one of the test's own, for readers of files. */
export function allReaders(folder: string): readonly Reader[] {
  return [...dataReaders, ...modelReaders, ...runReaders(folder)];
}
