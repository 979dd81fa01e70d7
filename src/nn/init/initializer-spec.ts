import { refer } from '../../base/json-schema.ts';
import { readBy } from '../../base/option-spec.ts';
import { readInitializer } from './table.ts';

/** An option that is an initializer. */
export const initializerSpec = readBy((value) => readInitializer(value), refer('initializer'));
