/** What is said of the data while it is looked for, and once it is there. */

import type { OnSourceEvent } from '../data/source/image-sets.ts';
import type { LoadedData } from './load-data.ts';
import { formatNumber } from './present/number-format.ts';
import type { Reporter } from './report/reporter.ts';

/** Tells the reporter of downloads as they go. */
export function tellSources(reporter: Reporter): OnSourceEvent {
  return (event) => {
    if (event.kind !== 'download') return;
    const bytes = (count: number) => `${formatNumber(count / 1e6, { steady: true })} MB`;
    const of = event.total === undefined ? '' : ` of ${bytes(event.total)}`;
    reporter.waiting(`downloading ${event.file}: ${bytes(event.received)}${of} from ${new URL(event.url).host}`);
  };
}

/** `data: …`, with every place that was passed over, and why. */
export function sourceText({ source, notes }: LoadedData): string {
  return [`data: ${source}`, ...notes.map((note) => `  passed over ${note}`)].join('\n');
}
