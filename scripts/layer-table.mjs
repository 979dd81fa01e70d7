/** The table of layers in ARCHITECTURE.md, as data: which folder may import which. */

/**
 * Reads the rows `| folder | what | may import |`; `all` stands for every folder of the table.
 * @param {string} markdown
 * @returns {ReadonlyMap<string, ReadonlySet<string>>} Folder → folders it may import, itself included.
 */
export function layerTable(markdown) {
  const lines = markdown.split('\n');
  const head = lines.findIndex((line) => /^\|\s*folder\s*\|.*\|\s*may import\s*\|\s*$/.test(line));
  if (head < 0) throw new Error('ARCHITECTURE.md has no table with the columns "folder" and "may import"');
  /** @type {Map<string, string[]>} */
  const rows = new Map();
  for (const line of lines.slice(head + 2)) {
    if (!line.startsWith('|')) break;
    const cells = line.split('|').slice(1, -1);
    const folder = /`([^`]+)`/.exec(cells[0] ?? '')?.[1];
    if (folder === undefined) throw new Error(`a row of the table of layers names no folder: ${line}`);
    const last = cells.at(-1) ?? '';
    rows.set(folder, last.trim() === 'all' ? ['all'] : [...last.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''));
  }
  for (const [folder, allowed] of rows) {
    for (const name of allowed) {
      if (name !== 'all' && !rows.has(name)) throw new Error(`the row of ${folder} names ${name}, which has no row`);
    }
  }
  return new Map(
    [...rows].map(([folder, allowed]) => [
      folder,
      new Set(allowed.includes('all') ? rows.keys() : [...allowed, folder]),
    ]),
  );
}
