/** On what machine the numbers were measured, in one line: ratios travel, times do not. */

import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';

function instructions() {
  if (!existsSync('/proc/cpuinfo')) return '';
  const flags = new Set(/^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1].split(/\s+/));
  const widest = ['avx512f', 'avx2', 'avx'].find((flag) => flags.has(flag));
  return widest === undefined ? '' : ` (${widest === 'avx512f' ? 'avx512' : widest})`;
}

export function machineLine() {
  const cores = availableParallelism();
  return (
    `${cpus()[0]?.model.trim() ?? 'unknown CPU'}${instructions()}, ${cores} core${cores === 1 ? '' : 's'}, ` +
    `${process.platform}-${process.arch}, Node ${process.versions.node}`
  );
}

/** A sentence where something else keeps the machine busy, before anything of ours runs. @returns {string | undefined} */
export function disturbance() {
  const [load] = loadavg();
  if (load < 0.5) return undefined;
  return `the machine is busy with other work (load ${load.toFixed(1)}): trust the ratios less than usual, the times not at all`;
}
