import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { ask, withWaldur } from './waldur-with.ts';

const Uuids = z.array(z.object({ uuid: z.string() }));

/** Follows `rel="next"` from the first page to the last and collects the uuids. */
async function walk(url: string, size: number): Promise<string[]> {
  const seen: string[] = [];
  let path: string | undefined = `/api/slurm-jobs/?field=uuid&page_size=${size}`;
  while (path) {
    const reply = await ask(url, 'stan', 'GET', path);
    seen.push(...Uuids.parse(reply.body).map((row) => row.uuid));
    path = /<http:\/\/[^/]+([^>]+)>; rel="next"/.exec(String(reply.headers.link))?.[1];
  }
  return seen;
}

test('whatever the page size, the pages hold every row once, newest first', () =>
  withWaldur({ as: 'recorded' }, async ({ url, waldur }) => {
    await waldur.addJobs(60);
    const all = (await waldur.jobs()).map((job) => job.uuid);
    const sizes = fc.integer({ min: 1, max: 70 });
    await fc.assert(
      fc.asyncProperty(sizes, async (size) => {
        expect(await walk(url, size)).toEqual(all);
      }),
      { numRuns: 15 },
    );
  }));

test('a page holds 300 rows at most', () =>
  withWaldur({ as: 'recorded' }, async ({ url, waldur }) => {
    await waldur.addJobs(301);
    const reply = await ask(url, 'stan', 'GET', '/api/slurm-jobs/?field=uuid&page_size=1000');
    expect(reply.body).toHaveLength(300);
    expect(reply.headers['x-result-count']).toBe('301');
    expect(reply.headers.link).toMatch(/[?&]page=2&page_size=1000>; rel="next"/);
  }));
