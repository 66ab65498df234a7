/** Numbers `from`, `from + step`, … up to `to`, which is one of them. */
export interface Range {
  from: number;
  to: number;
  step: number;
}

/** Reads `1,3,8-20:2` as ranges; `open` if a piece was cut off or is not a range. */
export function readRanges(list: string): { ranges: Range[]; open: boolean } {
  const pieces = list.split(',').filter((piece) => piece.trim() !== '');
  const ranges = pieces.flatMap((piece) => readRange(piece) ?? []);
  return { ranges, open: ranges.length < pieces.length };
}

function readRange(piece: string): Range | null {
  const match = /^(\d{1,10})(?:-(\d{1,10})(?::(\d{1,10}))?)?$/.exec(piece.trim());
  if (match === null) return null;
  const from = Number(match[1]);
  const step = Math.max(1, Number(match[3] ?? 1));
  const most = Number(match[2] ?? match[1]);
  return most < from ? null : { from, to: most - ((most - from) % step), step };
}

/** How many numbers there are in ranges that do not overlap. */
export function countIn(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { from, to, step }) => sum + (to - from) / step + 1, 0);
}

/**
 * Subtracts `taken` from ranges. Overlapping ranges of different steps are not split; `exact` is false if that would
 * have been necessary.
 */
export function without(
  ranges: readonly Range[],
  taken: readonly Range[],
): { left: Range[]; exact: boolean } {
  let left = [...ranges];
  let exact = true;
  for (const gone of taken) {
    if (!left.some((range) => overlap(range, gone))) continue;
    left = left.flatMap((range) => {
      if (!overlap(range, gone)) return [range];
      const isOne = range.from === range.to || gone.from === gone.to;
      const isAligned = gone.step === 1 || isOne || isSame(range, gone);
      if (!isAligned) exact = false;
      return isAligned ? cutOut(range, gone) : [range];
    });
  }
  return { left, exact };
}

function has({ from, to, step }: Range, number: number): boolean {
  return number >= from && number <= to && (number - from) % step === 0;
}

function overlap(one: Range, other: Range): boolean {
  if (one.from === one.to) return has(other, one.from);
  return one.from <= other.to && other.from <= one.to;
}

/** True if two ranges contain the same numbers where they overlap. */
function isSame(range: Range, other: Range): boolean {
  return range.step === other.step && (range.from - other.from) % range.step === 0;
}

function cutOut({ from, to, step }: Range, gone: Range): Range[] {
  const isBetween = gone.from === gone.to && (gone.from - from) % step !== 0;
  if (isBetween) return [{ from, to, step }];
  const last = from + Math.ceil((gone.from - from) / step) * step - step;
  const next = from + (Math.floor((gone.to - from) / step) + 1) * step;
  return [
    ...(last >= from ? [{ from, to: last, step }] : []),
    ...(next <= to ? [{ from: next, to, step }] : []),
  ];
}

/** Ranges as people write them: `1, 3–5, 8–20:2`; at most this many pieces. */
export function formatRanges(ranges: readonly Range[], most = 8): string {
  const sorted = joined(ranges.toSorted((a, b) => a.from - b.from));
  const pieces = sorted.slice(0, most).map(({ from, to, step }) => {
    if (from === to) return `${from}`;
    return step === 1 ? `${from}–${to}` : `${from}–${to}:${step}`;
  });
  return [...pieces, ...(sorted.length > most ? ['…'] : [])].join(', ');
}

/** Joins neighbours (`1`, `2`, `3`) into one range. */
function joined(sorted: Range[]): Range[] {
  const all: Range[] = [];
  for (const range of sorted) {
    const last = all.at(-1);
    const isNext = last?.step === 1 && range.step === 1 && range.from === last.to + 1;
    if (last && isNext) all[all.length - 1] = { ...last, to: range.to };
    else all.push(range);
  }
  return all;
}
