import { readFileSync } from 'node:fs';

/** The value below which this share of the sorted values lies. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
  return sorted[at] ?? Number.NaN;
}

/** One row of the table: ours, the floor, and their ratio beside its aim. */
export interface Row {
  what: string;
  unit: string;
  ours: number;
  floor: number;
  aim: number;
}

/** The table as text. A row that does not reach its aim says so. */
export function table(rows: Row[]): string {
  const lines = rows.map(({ what, unit, ours, floor, aim }) => {
    const ratio = ours / floor;
    const verdict = ratio <= aim ? '' : ' (not reached)';
    return [
      what,
      `${ours.toFixed(2)} ${unit}`,
      `${floor.toFixed(2)} ${unit}`,
      ratio.toFixed(2),
      `${aim}${verdict}`,
    ];
  });
  const all = [['what', 'ours', 'floor', 'ratio', 'aim'], ...lines];
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...all.map((line) => (line[column] ?? '').length)),
  );
  return all
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Memory of a process in MiB: resident now, and its peak (Linux). */
export function memory(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
  return { now: kib('VmRSS') / 1024, peak: kib('VmHWM') / 1024 };
}
