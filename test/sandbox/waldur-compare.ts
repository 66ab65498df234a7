/** Pairs a recorded uuid with the one that the sandbox gave the same thing, both ways. */
export class Pairs {
  readonly #ours = new Map<string, string>();
  readonly #recorded = new Map<string, string>();

  /** False if one of the two is already paired with another. */
  pair(recorded: string, ours: string): boolean {
    const known = this.#ours.get(recorded) ?? ours;
    const back = this.#recorded.get(ours) ?? recorded;
    if (known !== ours || back !== recorded) return false;
    this.#ours.set(recorded, ours);
    this.#recorded.set(ours, recorded);
    return true;
  }

  /** A recorded text with our uuids in it, where we know them. */
  ours(text: string): string {
    return text.replace(UUID, (uuid) => {
      const plain = uuid.toLowerCase().replaceAll('-', '');
      const mine = this.#ours.get(plain);
      if (mine === undefined) return uuid;
      if (uuid.includes('-')) return mine.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      return uuid === plain ? mine : mine.toUpperCase();
    });
  }
}

const UUID = /\b[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b/gi;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/;

/**
 * The places where an answer differs from the recorded one. Uuids are compared by their pairs, times by shape and by
 * order within a row.
 */
export function differences(recorded: unknown, ours: unknown, pairs: Pairs, at = ''): string[] {
  if (typeof recorded === 'string' && typeof ours === 'string') {
    return sameText(recorded, ours, pairs) ? [] : [`${at}: ${show(recorded)} is ${show(ours)}`];
  }
  if (Array.isArray(recorded) && Array.isArray(ours)) {
    const lengths =
      recorded.length === ours.length ? [] : [`${at}: ${recorded.length} items are ${ours.length}`];
    const items = recorded.flatMap((item, i) => differences(item, ours[i], pairs, `${at}[${i}]`));
    return [...lengths, ...items];
  }
  if (isObject(recorded) && isObject(ours)) return objectDifferences(recorded, ours, pairs, at);
  return Object.is(recorded, ours) ? [] : [`${at}: ${show(recorded)} is ${show(ours)}`];
}

function objectDifferences(
  recorded: Record<string, unknown>,
  ours: Record<string, unknown>,
  pairs: Pairs,
  at: string,
): string[] {
  const [keys, ourKeys] = [Object.keys(recorded), Object.keys(ours)];
  const order = keys.join() === ourKeys.join() ? [] : [`${at}: keys ${keys} are ${ourKeys}`];
  const untouched = (row: Record<string, unknown>) => row.created === row.modified;
  const times = untouched(recorded) === untouched(ours) ? [] : [`${at}: created and modified`];
  const values = keys.flatMap((key) =>
    differences(recorded[key], ours[key], pairs, `${at}.${key}`),
  );
  return [...order, ...times, ...values];
}

function sameText(recorded: string, ours: string, pairs: Pairs): boolean {
  if (TIME.test(recorded) && TIME.test(ours)) return true;
  const [theirs, mine] = [recorded.match(UUID) ?? [], ours.match(UUID) ?? []];
  const paired =
    theirs.length === mine.length && theirs.every((id, i) => pairs.pair(id, mine[i] ?? ''));
  return paired && recorded.replace(UUID, 'UUID') === ours.replace(UUID, 'UUID');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 200) ?? 'missing';
}
