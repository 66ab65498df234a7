import { describe, expect, test } from '@jest/globals';
import { WaldurSurprise, WaldurTimeout, WaldurUnreachable } from '../../src/api/errors.ts';
import { explainWaldur } from '../../src/api/explain.ts';
import { refusal } from '../../src/api/refusal.ts';

const answered = (method: string, status: number, body: unknown) =>
  refusal(
    { method, path: '/api/slurm-jobs/' },
    { status, body, retryAfter: null, impersonator: null },
  );

describe('a read that failed', () => {
  const asked = { method: 'GET', path: '/api/slurm-jobs/', ambiguous: false };
  test.each([
    ['is too slow', new WaldurTimeout({ ...asked, ms: 10_000 })],
    ['does not come through', new WaldurUnreachable({ ...asked, code: 'ECONNREFUSED' }, null)],
    ['is not understood', new WaldurSurprise({ ...asked, status: 200, problem: 'another shape' })],
    ...[401, 403, 404, 429, 500].map(
      (status) => [`is refused (${status})`, answered('GET', status, { detail: 'No.' })] as const,
    ),
  ])('says nothing of changes: one that %s', (_, error) => {
    expect(explainWaldur(error)).not.toMatch(/changed|not known whether/);
    expect(explainWaldur(error)).not.toMatch(/ {2}| $/);
  });

  test('says what became of a change', () => {
    expect(explainWaldur(answered('GET', 500, null), 'Nothing was submitted.')).toBe(
      'Waldur failed (it answered 500). Nothing was submitted. Try again later.',
    );
  });
});

test('a change that was refused did not happen', () => {
  expect(explainWaldur(answered('POST', 403, { detail: 'No.' }))).toMatch(
    / Nothing was changed\. /,
  );
});

describe('an allocation that a person lost', () => {
  const lost = ['Invalid hyperlink - Object does not exist.'];
  test.each(['project', 'service_settings'])('is told as that (%s)', (field) => {
    expect(explainWaldur(answered('POST', 400, { [field]: lost }), 'Nothing was submitted.')).toBe(
      'You may no longer use this allocation. Nothing was submitted. Choose another one.',
    );
  });

  test('is not told of any other field', () => {
    expect(explainWaldur(answered('POST', 400, { name: lost }))).toMatch(
      /^Waldur refused it: name: /,
    );
  });
});
