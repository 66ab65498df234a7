import { describe, expect, test } from '@jest/globals';
import { isWaldurFailure } from '../../src/api/errors.ts';
import { explainWaldur } from '../../src/api/explain.ts';
import { reportText } from '../../src/api/records.ts';
import type { Waldur } from '../../src/api/waldur.ts';
import { withoutTokens } from '../../src/logging/token-shape.ts';
import { answering, failing, withWaldur } from './scripted-server.ts';

/** Answers that are far larger than any that Waldur was seen to give. */

const OCEAN = 'd2035c217d01467ba3a1309afa2bf5c3';
const SERVICE = 'https://waldur.example.org/api/service-settings/1/';
const ROW = {
  uuid: OCEAN,
  name: 'ocean',
  description: '',
  state: 'Erred',
  runtime_state: '',
  backend_id: '',
  created: '2026-11-24T17:43:21.274701Z',
  modified: '2026-11-24T17:43:21.336638Z',
  error_message: '',
  project_name: 'bio',
  service_settings: SERVICE,
};
const told = (error: unknown) => (isWaldurFailure(error) ? explainWaldur(error) : String(error));
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** The job as read from a row with this JSON in a field. */
const read = (field: string, json: string) =>
  withWaldur(
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const row = JSON.stringify({ ...ROW, [field]: 'HERE' });
      response.end(row.replace('"HERE"', () => json));
    },
    ({ waldur }) => waldur.getJob(OCEAN),
  );

describe('a text of Waldur’s is cut', () => {
  test.each([
    ['name', 500],
    ['project_name', 500],
    ['runtime_state', 500],
    ['backend_id', 500],
    ['description', 20_000],
    ['error_message', 20_000],
    ['error_traceback', 100_000],
  ])('%s at %d characters', async (field, longest) => {
    const job = await read(field, JSON.stringify('long word '.repeat(30_000)));
    const texts = Object.values(job).filter((value) => typeof value === 'string');
    const [cut] = texts.filter((text) => text.startsWith('long word'));
    expect(cut?.endsWith('…')).toBe(true);
    expect(cut?.length).toBeLessThanOrEqual(longest);
    expect(cut?.length).toBeGreaterThan(longest - 20);
  });

  test('what begins like a token again and again costs no time, and leaves nothing of one', async () => {
    const job = await read('error_message', JSON.stringify('pat_'.repeat(60_000)));
    expect(job.errorMessage.length).toBeLessThanOrEqual(20_000);
    expect(
      withoutTokens(`see ${'a'.repeat(90)} ${'0123456789abcdef'.repeat(3).slice(0, 40)}`, 120),
    ).toBe(`see ${'a'.repeat(90)}…`);
  });
});

describe('a report', () => {
  test('reads as JSON.stringify writes it', () => {
    const report = { nodes: [1, 2.5, null, true], 'a "b"': { c: [], d: {} }, text: 'x\ny' };
    expect(reportText(report)).toBe(JSON.stringify(report, null, 2));
  });

  test('nested 200,000 deep is cut', async () => {
    const { report } = await read('report', deep(200_000));
    expect(report).toMatch(/^\[\n {2}\[/);
    expect(report).toContain('…');
    expect(report?.length).toBeLessThan(10_000);
  });

  test.each([
    ['a list of a million', JSON.stringify(Array(1_000_000).fill(0))],
    [
      'one that its indents make 2,000 times as large',
      `${'['.repeat(4000)}${'0,'.repeat(9000)}0${']'.repeat(4000)}`,
    ],
    ['one word', JSON.stringify(['x'.repeat(1_000_000)])],
    ['a text', JSON.stringify('x'.repeat(1_000_000))],
    ['long names', JSON.stringify({ ['x'.repeat(1_000_000)]: 1 })],
  ])('%s is cut', async (_name, json) => {
    const { report } = await read('report', json);
    expect(report?.length).toBeLessThanOrEqual(100_000);
    expect(report).toContain('…');
  });
});

describe('a refusal', () => {
  test.each([
    ['nested 200,000 deep', deep(200_000)],
    ['in a field, nested 200,000 deep', `{"name": ${deep(200_000)}}`],
    ['that is not JSON and endless', '['.repeat(200_000)],
  ])('%s is told as one without a reason', async (_name, body) => {
    await withWaldur(answering(400, body), async ({ waldur }) => {
      const error = await failing(waldur.getJob(OCEAN));
      expect(error).toMatchObject({ kind: 'refusal', status: 400, details: [] });
      expect(told(error)).toBe('Waldur refused it (400).');
    });
  });

  test('is cut if it is long, and says so', async () => {
    const body = { detail: 'no '.repeat(10_000), [`field${'x'.repeat(10_000)}`]: ['no'] };
    await withWaldur(answering(400, body), async ({ waldur }) => {
      const sentence = told(await failing(waldur.getJob(OCEAN)));
      expect(sentence.length).toBeLessThan(1200);
      expect(sentence).toContain('…');
    });
  });

  test('an answer of 200 that is nested too deeply is a surprise', async () => {
    await withWaldur(answering(200, deep(200_000)), async ({ waldur }) => {
      expect(await failing(waldur.getJob(OCEAN))).toMatchObject({ kind: 'surprise' });
    });
  });
});

describe('a page of more than 20 MB', () => {
  const rows = Array.from({ length: 90 }, (_, index) => ({
    ...ROW,
    uuid: index.toString(16).padStart(32, '0'),
    error_message: 'x'.repeat(240_000),
  }));

  /** Waldur with these rows, in pages as it gives them. */
  const withRows = (all: typeof rows, use: (waldur: Waldur) => Promise<void>) =>
    withWaldur(
      ({ url = '' }, response) => {
        const { searchParams: query } = new URL(url, 'http://waldur');
        const size = Number(query.get('page_size'));
        const from = (Number(query.get('page')) - 1) * size;
        const isPastEnd = from > 0 && from >= all.length;
        response.writeHead(isPastEnd ? 404 : 200, {
          'content-type': 'application/json',
          'x-result-count': String(all.length),
        });
        const body = isPastEnd ? { detail: 'Invalid page.' } : all.slice(from, from + size);
        response.end(JSON.stringify(body));
      },
      ({ waldur }) => use(waldur),
    );

  test('is read in parts: one person’s long errors do not hide everybody’s jobs', async () => {
    await withRows(rows, async (waldur) => {
      const { rows: read, total, pastEnd } = await waldur.listCheap(1, 300);
      expect(read.map(({ uuid }) => uuid)).toEqual(rows.map(({ uuid }) => uuid));
      expect({ total, pastEnd }).toEqual({ total: 90, pastEnd: false });
    });
  });

  test('a single job that is too large is left out', async () => {
    const [first = ROW, second = ROW, third = ROW] = rows.map((row) => ({
      ...row,
      error_message: '',
    }));
    const large = { ...second, error_message: 'x'.repeat(21 * 1024 * 1024) };
    await withRows([first, large, third], async (waldur) => {
      const { rows: read } = await waldur.listCheap(1, 300);
      expect(read.map(({ uuid }) => uuid)).toEqual([first.uuid, third.uuid]);
    });
  });
});
