/** The most parameters that one query may have: a database refuses too many. */
const MOST = 500;

/**
 * Runs a query for a few of the values at a time.
 * @param each how many parameters each value takes
 * @returns the rows of all queries
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
