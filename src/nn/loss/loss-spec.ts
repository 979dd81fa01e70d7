import { under } from '../../base/errors.ts';
import { refer } from '../../base/json-schema.ts';
import type { OptionSpec } from '../../base/option-spec.ts';
import type { Loss } from './loss.ts';
import { readLoss } from './table.ts';

/** An option that is a loss. */
export const lossSpec: OptionSpec<Loss> = {
  read: (_place, name, value) => under(name, () => readLoss(value)),
  schema: refer('loss'),
};
