/** `now`, `5 min ago`, `3 h ago`, `2 d ago`; the date from two weeks on. */
export function timeAgo(iso: string | undefined, now: Date): string {
  const then = Date.parse(iso ?? '');
  if (Number.isNaN(then)) return '?';
  const minutes = Math.floor((now.getTime() - then) / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  const days = Math.floor(hours / 24);
  return days < 14 ? `${days} d ago` : new Date(then).toISOString().slice(0, 10);
}
