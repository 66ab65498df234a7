const CR = 13;
const LF = 10;
/** More of a line than any directive needs, and little enough that a file of one line costs nothing. */
const keptBytes = 4096;

/** A line of a script; only valid while it is being taken. */
export interface Line {
  /** From 1. */
  number: number;
  /** Its first and second byte; null where there are none. */
  first: number | null;
  second: number | null;
  /** Whether it ended with CR LF. */
  dos: boolean;
  /** Bytes without the newline; what is more than 4 KiB may not be counted. */
  size(): number;
  /** Its first 4 KiB without the line ending. Made when asked for: most lines of a script are of no interest. */
  text(): string;
}

/** Cuts bytes into lines, however they are chunked, and keeps no more than one line's beginning. */
export function createLineSplitter(take: (line: Line) => void) {
  /** The beginning of a line whose end is in a later chunk, and its last byte so far. */
  const kept = Buffer.alloc(keptBytes);
  let length = 0;
  let last: number | null = null;
  /** The rest of the line being taken: one place for all lines, since there can be a million. */
  let rest: Uint8Array = kept;
  let start = 0;
  let end = 0;
  const line: Line = { number: 0, first: null, second: null, dos: false, size, text };

  function keep(piece: Uint8Array): void {
    const fitting = piece.subarray(0, keptBytes - length);
    kept.set(fitting, length);
    length += fitting.length;
    last = piece.at(-1) ?? last;
  }

  function size(): number {
    return length + end - start;
  }

  function text(): string {
    keep(rest.subarray(start, end));
    start = end;
    const whole = kept.toString('utf8', 0, length);
    return line.dos ? whole.replace(/\r$/, '') : whole;
  }

  function byteAt(index: number): number | null {
    if (index < length) return kept[index] ?? null;
    const at = start + index - length;
    return at < end ? (rest[at] ?? null) : null;
  }

  function finish(endsWithNewline: boolean): void {
    const before = start < end ? rest[end - 1] : last;
    line.number += 1;
    line.first = byteAt(0);
    line.second = byteAt(1);
    line.dos = endsWithNewline && before === CR;
    take(line);
    length = 0;
    last = null;
  }

  return {
    write(chunk: Uint8Array): void {
      let next = 0;
      for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, next)) {
        rest = chunk;
        start = next;
        end = at;
        finish(true);
        next = at + 1;
      }
      keep(chunk.subarray(next));
    },
    /** Takes the last line where it has no line ending; returns the number of lines. */
    end(): number {
      start = end;
      if (last !== null) finish(false);
      return line.number;
    },
  };
}
