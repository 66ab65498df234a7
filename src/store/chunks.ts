/** Values that one query takes at most: SQLite refuses too many, and plans of long lists are slow. */
const MOST = 500;

/** Runs a query for at most 500 of the values at a time, one after the other. @returns all that they found */
export async function inChunks<Value, Found>(
  values: readonly Value[],
  query: (chunk: Value[]) => Promise<Found[]>,
): Promise<Found[]> {
  const found: Found[] = [];
  for (let from = 0; from < values.length; from += MOST) {
    found.push(...(await query(values.slice(from, from + MOST))));
  }
  return found;
}
