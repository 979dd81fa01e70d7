import { refer } from '../../base/json-schema.ts';
import { readBy } from '../../base/option-spec.ts';
import { readLoss } from './table.ts';

/** An option that is a loss. */
export const lossSpec = readBy(readLoss, refer('loss'));
