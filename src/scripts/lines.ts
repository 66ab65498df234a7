const CR = 13;
const LF = 10;
/** How much of a line is read: more than any directive needs, and little enough for a file of a single line. */
const readBytes = 65_536;

/** A line of a script. */
export interface Line {
  /** From 1. */
  number: number;
  /** All of it but the LF. */
  bytes: Buffer;
  /** True if it ends with CR LF. */
  isDos: boolean;
}

/** The lines of a script, the last one too if it does not end with LF. */
export function* linesOf(script: Uint8Array): Generator<Line> {
  const bytes = Buffer.from(script.buffer, script.byteOffset, script.length);
  let number = 0;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(LF, start);
    const end = newline === -1 ? bytes.length : newline;
    const isDos = newline > start && bytes[end - 1] === CR;
    number += 1;
    yield { number, bytes: bytes.subarray(start, end), isDos };
    start = end + 1;
  }
}

/** The first 64 KiB of a line as text, without its ending. */
export function textOf({ bytes, isDos }: Line): string {
  const text = bytes.toString('utf8', 0, readBytes);
  return isDos ? text.replace(/\r$/, '') : text;
}

/** True if `textOf` gives all of the line. */
export function isWhole({ bytes }: Line): boolean {
  return bytes.length <= readBytes;
}

/** A script with Unix line endings: without the CRs right before an LF and at the very end. Other CRs stay. */
export function toUnix(script: Uint8Array): Buffer<ArrayBuffer> {
  const unix = Buffer.allocUnsafe(script.length);
  let size = 0;
  const dropCrs = () => {
    while (size > 0 && unix[size - 1] === CR) size -= 1;
  };
  for (const byte of script) {
    if (byte === LF) dropCrs();
    unix[size] = byte;
    size += 1;
  }
  dropCrs();
  return unix.subarray(0, size);
}
