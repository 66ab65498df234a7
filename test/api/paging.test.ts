import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Cursor, isOlder, readStretch, type Stretch } from '../../src/api/paging.ts';
import type { ReadPage } from '../../src/api/scan.ts';

interface Row {
  uuid: string;
  created: Date;
}

/** A list that is read newest first, and changes: jobs appear on top, and disappear anywhere. */
function changingList(size: number) {
  let count = 0;
  const make = (): Row => {
    count += 1;
    return { uuid: String(count), created: new Date(count * 1000) };
  };
  const rows = Array.from({ length: size }, make).reverse();
  return {
    rows,
    insert: () => rows.unshift(make()),
    remove: (at: number) => rows.splice(at % Math.max(1, rows.length), 1),
    read: (async (page, pageSize) => {
      const from = (page - 1) * pageSize;
      const pastEnd = page > 1 && from >= rows.length;
      return {
        rows: rows.slice(from, from + pageSize),
        total: pastEnd ? null : rows.length,
        pastEnd,
        misfits: [],
        at: null,
      };
    }) satisfies ReadPage<Row>,
  };
}

/** Ten rows beyond a cursor, as a list shows them. */
async function tenFrom(read: ReadPage<Row>, cursor: Cursor | null, direction: 'older' | 'newer') {
  const beyond = ({ rows }: Stretch<Row>) =>
    rows.filter(
      (row) =>
        cursor === null ||
        (row.uuid !== cursor.uuid && isOlder(rows, row, cursor) === (direction === 'older')),
    );
  const stretch = await readStretch(read, {
    cursor,
    direction,
    pageSize: 12,
    limit: 3000,
    enough: (soFar) => beyond(soFar).length > 10,
  });
  const found = beyond(stretch);
  const shown = direction === 'older' ? found.slice(0, 10) : found.slice(-10);
  const to = (row: Row | undefined): Cursor | null =>
    row ? { ...row, rank: stretch.firstRank + stretch.rows.indexOf(row) } : null;
  return { shown, top: to(shown.at(0)), bottom: to(shown.at(-1)) };
}

type Change = { kind: 'insert' } | { kind: 'remove'; at: number };
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.constant({ kind: 'insert' } as const),
  fc.record({ kind: fc.constant('remove' as const), at: fc.nat(200) }),
);
type List = ReturnType<typeof changingList>;

function apply(list: List, changes: Change[]): void {
  for (const each of changes) {
    if (each.kind === 'insert') list.insert();
    else list.remove(each.at);
  }
}

/** The list's pages, with something happening after the n-th request of an answer. */
function unsteady(list: List, changes: Change[], after: number): ReadPage<Row> {
  let requests = 0;
  return async (page, size) => {
    const answer = await list.read(page, size);
    if (requests === after) apply(list, changes);
    requests += 1;
    return answer;
  };
}

/** Presses Older to the end; the list changes after each of the first presses. */
async function toTheEnd(list: List, after: Change[][], between: Change[]): Promise<string[]> {
  const seen: string[] = [];
  let cursor: Cursor | null = null;
  for (let press = 0; press < 40; press += 1) {
    const read = press < 15 ? unsteady(list, between, press % 3) : list.read;
    const { shown, bottom } = await tenFrom(read, cursor, 'older');
    if (bottom === null) break;
    seen.push(...uuids(shown));
    cursor = bottom;
    if (press < 15) apply(list, after[press % after.length] ?? []);
  }
  return seen;
}

const uuids = (rows: Row[]) => rows.map(({ uuid }) => uuid);

describe('Older, pressed to the end while jobs come and go', () => {
  test.each<[string, fc.Arbitrary<Change[]>]>([
    ['between two answers', fc.constant([])],
    ['also between two requests of one answer', fc.array(change, { maxLength: 5 })],
  ])('repeats no job, and skips none that was there all the time: %s', async (_name, during) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 150 }),
        fc.array(fc.array(change, { maxLength: 5 }), { minLength: 1, maxLength: 8 }),
        during,
        async (size, after, between) => {
          const list = changingList(size);
          const there = uuids(list.rows);
          const seen = await toTheEnd(list, after, between);
          expect(new Set(seen).size).toBe(seen.length);
          const always = there.filter((uuid) => list.rows.some((row) => row.uuid === uuid));
          expect(always.filter((uuid) => !seen.includes(uuid))).toEqual([]);
        },
      ),
      { numRuns: 100, interruptAfterTimeLimit: 4000 },
    );
  });
});

test('Newer, pressed to the top while jobs come and go, repeats none and skips none', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 20, max: 150 }),
      fc.array(fc.array(change, { maxLength: 5 }), { minLength: 1, maxLength: 8 }),
      async (size, after) => {
        const list = changingList(size);
        const there = uuids(list.rows);
        const last = list.rows.at(-1);
        if (last === undefined) return;
        const seen: string[] = [last.uuid];
        let cursor: Cursor | null = { ...last, rank: size - 1 };
        for (let press = 0; press < 60; press += 1) {
          const { shown, top } = await tenFrom(list.read, cursor, 'newer');
          if (top === null) break;
          seen.push(...uuids(shown));
          cursor = top;
          if (press < 15) apply(list, after[press % after.length] ?? []);
        }
        expect(new Set(seen).size).toBe(seen.length);
        const always = there.filter((uuid) => list.rows.some((row) => row.uuid === uuid));
        expect(always.filter((uuid) => !seen.includes(uuid))).toEqual([]);
      },
    ),
    { numRuns: 100, interruptAfterTimeLimit: 4000 },
  );
});
