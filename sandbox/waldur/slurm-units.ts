/** Minutes of a `--time`: `90`, `1:30`, `1:30:00`, `2-12`, `2-12:30`, `UNLIMITED`; null if Slurm says invalid. */
export function readMinutes(text: string): number | null {
  if (/^(infinite|unlimited)$/i.test(text)) return Number.POSITIVE_INFINITY;
  const match = /^(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?$/.exec(text);
  if (!match) return null;
  const [a, b, c] = [match[2], match[3], match[4]].map((part) => Number(part ?? 0));
  const parts = [a ?? 0, b ?? 0, c ?? 0] as const;
  if (match[1] !== undefined) {
    return Number(match[1]) * 1440 + parts[0] * 60 + parts[1] + parts[2] / 60;
  }
  if (match[4] !== undefined) return parts[0] * 60 + parts[1] + parts[2] / 60;
  return parts[0] + parts[1] / 60;
}

/** Megabytes of a `--mem`: `4000`, `16G`; null if Slurm says invalid. */
export function readMegabytes(text: string): number | null {
  const match = /^(\d+)([KMGT]?)B?$/i.exec(text);
  if (!match) return null;
  const factor = { K: 1 / 1024, M: 1, G: 1024, T: 1024 * 1024 }[match[2]?.toUpperCase() || 'M'];
  return Number(match[1]) * (factor ?? 1);
}

/** Seconds of a shell `sleep`: `30`, `1.5`, `2m`, `1h`; null if it is none (a variable, say). */
export function readSleep(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text);
  if (!match) return null;
  const factor = { s: 1, m: 60, h: 3600, d: 86_400 }[match[2] || 's'];
  return Number(match[1]) * (factor ?? 1);
}

/** What an `--array` asks for. */
export interface ArraySpec {
  tasks: number[];
  /** How many run at the same time; from `%2`. */
  limit: number;
}

/** Reads `1-6%2`, `1,3,5`, `0-10:2`; null if Slurm says "Invalid job array specification". */
export function readArray(text: string, maxSize: number): ArraySpec | null {
  const match = /^([\d,:-]+)(?:%(\d+))?$/.exec(text);
  const ranges = match?.[1]?.split(',').map((part) => readRange(part, maxSize));
  if (!ranges || ranges.some((range) => range === null)) return null;
  const tasks = [...new Set(ranges.flatMap((range) => range ?? []))].sort((a, b) => a - b);
  const limit = match?.[2] === undefined ? Number.POSITIVE_INFINITY : Number(match[2]);
  return { tasks, limit: limit || Number.POSITIVE_INFINITY };
}

function readRange(part: string, maxSize: number): number[] | null {
  const match = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part);
  if (!match) return null;
  const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
  const step = Number(match[3] ?? 1);
  if (to < from || to >= maxSize || step < 1) return null;
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
}

/** Waiting tasks as `squeue` shows them in brackets: `3-6`, `1,3,7-9`. */
export function formatTasks(tasks: number[]): string {
  const runs: [number, number][] = [];
  for (const task of tasks) {
    const last = runs.at(-1);
    if (last && task === last[1] + 1) last[1] = task;
    else runs.push([task, task]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}
