/** One `key=value` line, for where no terminal shows it: logs, pipes, `grep` and `awk`. */

/** Four digits tell two evaluations apart and are read at a glance; the run directory keeps all digits. */
const digits = 4;

/** `epoch=3 step=1407 train/loss=0.3012 note="two words"`, in the order of `values`; `undefined` is left out. */
export function keyValueLine(values: Readonly<Record<string, number | string | boolean | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${show(value!)}`)
    .join(' ');
}

/** Plain numbers without letters for thousands: a program may read them. */
function show(value: number | string | boolean): string {
  if (typeof value === 'number') {
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(digits)));
  }
  const text = String(value);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
