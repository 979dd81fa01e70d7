/** A value as an error shows it: JSON where it can be, cut where it is long. */
export function shown(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  return cut(textOf(value));
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return 'a value that JSON cannot hold';
  }
}

/** Both ends tell what it was. */
function cut(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 120)} … ${text.slice(-60)}`;
}
