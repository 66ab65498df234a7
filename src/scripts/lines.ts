const CR = 13;
const LF = 10;
/** How much of a line is kept: more than any directive needs, and little enough for a file of a single line. */
const keptBytes = 65_536;

/** A line of a script. It is only valid during the call that receives it. */
export interface Line {
  /** From 1. */
  number: number;
  /** Its first and second byte; null if there are none. */
  first: number | null;
  second: number | null;
  /** True if it ended with CR LF. */
  dos: boolean;
  /** Bytes without the newline. Beyond 64 KiB not all may be counted. */
  size(): number;
  /** True if there is any of these bytes in it; true if that would take more than a look. */
  hasAny(bytes: ReadonlySet<number>): boolean;
  /** Its first 64 KiB without the line ending. Decoded on demand, since most lines of a script do not matter. */
  text(): string;
  /** True if `text` is all of it. */
  whole(): boolean;
}

/** Splits chunks of bytes into lines. It keeps no more than the beginning of one line. */
export function createLineSplitter(take: (line: Line) => void) {
  /** The beginning of a line whose end is in a later chunk, and its last byte so far. */
  const kept = Buffer.alloc(keptBytes);
  let length = 0;
  let last: number | null = null;
  let whole = true;
  /** The rest of the line being taken: one place for all lines, since there can be a million. */
  let rest: Uint8Array = kept;
  let start = 0;
  let end = 0;
  const line: Line = {
    ...{ number: 0, first: null, second: null, dos: false },
    ...{ hasAny, size, text, whole: () => whole },
  };

  function keep(piece: Uint8Array): void {
    const fitting = piece.subarray(0, keptBytes - length);
    whole &&= fitting.length === piece.length;
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
    const all = kept.toString('utf8', 0, length);
    return line.dos ? all.replace(/\r$/, '') : all;
  }

  function hasAny(bytes: ReadonlySet<number>): boolean {
    if (length > 0) return true;
    for (let at = start; at < end; at += 1) if (bytes.has(rest[at] ?? 0)) return true;
    return false;
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
    whole = true;
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

/**
 * Converts DOS line endings to Unix ones, chunk by chunk. It removes all CRs right before an LF, so that no DOS line
 * ending is left, and those at the very end of the file. Other CRs stay.
 */
export function createDosConverter(): (chunk: Uint8Array) => Uint8Array {
  /** CRs whose fate the next byte decides. */
  let held = 0;
  return (chunk) => {
    if (held === 0 && !chunk.includes(CR)) return chunk;
    const out = Buffer.allocUnsafe(held + chunk.length);
    let size = 0;
    for (const byte of chunk) {
      if (byte === CR) {
        held += 1;
        continue;
      }
      if (byte !== LF) {
        out.fill(CR, size, size + held);
        size += held;
      }
      held = 0;
      out[size] = byte;
      size += 1;
    }
    return out.subarray(0, size);
  };
}
