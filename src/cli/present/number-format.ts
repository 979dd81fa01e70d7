/** Numbers and durations as the command line prints them. */

export { formatNumber, type NumberFormat } from '../../plot/number-format.ts';

/** `0.8 s`, `42 s`, `1:05 min`, `2:04 h`, `3 d 4 h`; `?` where it is not known. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '?';
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (part: number) => String(part).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}:${two(whole % 60)} min`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}:${two(minutes % 60)} h`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
