/** Parameters that one query takes at most: a database refuses too many. */
const MOST = 500;

/**
 * Runs a query for some of the values at a time, one after the other.
 * @param each parameters that each value takes
 * @returns all that they found
 */
export async function inChunks<Value, Found>(
  values: readonly Value[],
  query: (chunk: Value[]) => Promise<Found[]>,
  each = 1,
): Promise<Found[]> {
  const found: Found[] = [];
  const size = Math.floor(MOST / each);
  for (let from = 0; from < values.length; from += size) {
    found.push(...(await query(values.slice(from, from + size))));
  }
  return found;
}
