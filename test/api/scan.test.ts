import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Page, type Scanned, scanRows } from '../../src/api/scan.ts';

interface Row {
  uuid: string;
}

function rowsFrom(count: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({ uuid: `old${index}` }));
}

/** A list that changes between two requests: `changes[n]` happens after the nth. */
function changing(rows: Row[], changes: ((rows: Row[]) => void)[], counted = true) {
  let requests = 0;
  return {
    requests: () => requests,
    async read(page: number, pageSize: number): Promise<Page<Row>> {
      const start = (page - 1) * pageSize;
      const pastEnd = page > 1 && start >= rows.length;
      const answer = { rows: rows.slice(start, start + pageSize), pastEnd, misfits: [], at: null };
      const total = counted && !pastEnd ? rows.length : null;
      changes[requests]?.(rows);
      requests += 1;
      return { ...answer, total };
    },
  };
}

async function scan(
  list: ReturnType<typeof changing>,
  options: Parameters<typeof scanRows>[1] = {},
): Promise<Scanned<Row>[]> {
  const pages: Scanned<Row>[] = [];
  for await (const page of scanRows<Row>(list.read, options)) pages.push(page);
  return pages;
}

function uuids(pages: Scanned<Row>[]): string[] {
  return pages.flatMap((page) => page.rows.map((row) => row.uuid));
}

describe('a list that stands still', () => {
  test.each([true, false])('is read whole and no further, counted or not (%p)', async (counted) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(60), fc.integer({ min: 1, max: 10 }), async (count, pageSize) => {
        const list = changing(rowsFrom(count), [], counted);
        const pages = await scan(list, { pageSize });
        expect(uuids(pages)).toEqual(rowsFrom(count).map((row) => row.uuid));
        expect(pages.at(-1)?.end).toBe(true);
        const least = Math.max(1, Math.ceil(count / pageSize));
        expect(list.requests()).toBeLessThanOrEqual(counted ? least : least + 1);
      }),
    );
  });

  test('a limit ends it, and it goes on from the next page', async () => {
    const list = changing(rowsFrom(25), []);
    const first = await scan(list, { pageSize: 5, limit: 10 });
    expect(first.map(({ page, read, total, end }) => ({ page, read, total, end }))).toEqual([
      { page: 1, read: 5, total: 25, end: false },
      { page: 2, read: 10, total: 25, end: false },
    ]);
    const rest = await scan(list, { pageSize: 5, firstPage: 3 });
    expect([...uuids(first), ...uuids(rest)]).toEqual(rowsFrom(25).map((row) => row.uuid));
    expect(list.requests()).toBe(5);
  });

  test('a Waldur that gives smaller pages than asked for is read whole', async () => {
    const rows = rowsFrom(7);
    const pages = [];
    const read = async (page: number) => ({
      rows: rows.slice((page - 1) * 2, page * 2),
      total: 7,
      pastEnd: false,
      misfits: [],
      at: null,
    });
    for await (const page of scanRows(read, { pageSize: 300 })) pages.push(...page.rows);
    expect(pages).toEqual(rows);
  });
});

const insertions = fc.array(fc.nat(4), { maxLength: 12 });
const deletions = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 12 });

function insert(count: number, label: string) {
  return (rows: Row[]) => {
    for (let n = 0; n < count; n += 1) rows.unshift({ uuid: `new${label}.${n}` });
  };
}

/** Removes a row at each place, and returns these rows. */
function remove(rows: Row[], places: number[]): string[] {
  return places
    .flatMap((place) => rows.splice(place % Math.max(1, rows.length), 1))
    .map((row) => row.uuid);
}

describe('a list that changes between two requests', () => {
  test('rows that appear: nothing twice, and nothing older is skipped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(40), insertions, async (count, inserted) => {
        const changes = inserted.map((number, index) => insert(number, `${index}`));
        const found = uuids(await scan(changing(rowsFrom(count), changes), { pageSize: 5 }));
        expect(new Set(found).size).toBe(found.length);
        expect(found).toEqual(expect.arrayContaining(rowsFrom(count).map((row) => row.uuid)));
      }),
    );
  });

  test('rows that disappear too: nothing twice, and no more skipped than disappeared', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(40), insertions, deletions, async (count, inserted, deleted) => {
        const gone = new Set<string>();
        const steps = Math.max(inserted.length, deleted.length);
        const changes = Array.from({ length: steps }, (_, index) => (rows: Row[]) => {
          insert(inserted[index] ?? 0, `${index}`)(rows);
          for (const uuid of remove(rows, deleted[index] ?? [])) gone.add(uuid);
        });
        const found = uuids(await scan(changing(rowsFrom(count), changes), { pageSize: 5 }));
        expect(new Set(found).size).toBe(found.length);
        const skipped = rowsFrom(count).filter(
          (row) => !gone.has(row.uuid) && !found.includes(row.uuid),
        );
        expect(skipped.length).toBeLessThanOrEqual(gone.size);
      }),
    );
  });

  test('the skip itself: one row disappears from a page that was read', async () => {
    const list = changing(rowsFrom(10), [(rows) => rows.splice(0, 1)]);
    const found = uuids(await scan(list, { pageSize: 5 }));
    expect(found).not.toContain('old5');
    expect(found).toHaveLength(9);
  });

  test('a list that empties itself ends', async () => {
    const list = changing(rowsFrom(10), [(rows) => rows.splice(0, 10)]);
    const pages = await scan(list, { pageSize: 5 });
    expect(pages.map(({ end }) => end)).toEqual([false, true]);
    expect(pages[1]).toMatchObject({ rows: [], total: null });
  });
});
