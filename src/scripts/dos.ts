const CR = 13;
const LF = 10;

/**
 * Converts DOS line endings to Unix ones, chunk by chunk. All CRs right before an LF go, so that the result has
 * no DOS line ending left; CRs at the very end of the file go, too. Other CRs stay.
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
