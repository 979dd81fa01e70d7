import { under } from '../../base/errors.ts';
import { refer } from '../../base/json-schema.ts';
import type { OptionSpec } from '../../base/option-spec.ts';
import type { Initializer } from './initializer.ts';
import { readInitializer } from './table.ts';

/** An option that is an initializer. */
export const initializerSpec: OptionSpec<Initializer> = {
  read: (_place, name, value) => under(name, () => readInitializer(value)),
  schema: refer('initializer'),
};
