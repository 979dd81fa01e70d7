import { showNonFinite } from '../../train/run-directory.node.ts';

/** A value as JSON that people can read as well, with a line end; NaN and the infinities as strings. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, showNonFinite, 2)}\n`;
}
