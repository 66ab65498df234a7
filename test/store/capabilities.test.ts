import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Capability } from '../../src/jobs/operation.ts';
import {
  findCapabilities,
  forgetCapabilities,
  refusedOperations,
  saveCapability,
} from '../../src/store/capabilities.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';

const url = 'https://waldur.example.org';
const now = new Date('2026-11-24T12:00:00Z');
const refused: Capability = {
  operation: 'pull',
  doubtedAt: now,
  refusedAt: now,
  workedAt: null,
  status: 409,
};

let db: Database;
beforeEach(async () => {
  db = await openDatabase(':memory:');
});
afterEach(() => db.destroy());

test('what was learned is kept by Waldur, and replaced by what is learned later', async () => {
  await saveCapability(db, url, { ...refused, refusedAt: null });
  await saveCapability(db, url, refused);
  await saveCapability(db, 'https://other.example.org', { ...refused, operation: 'delete' });
  expect(await findCapabilities(db, url)).toEqual([refused]);
});

test('what is refused is not offered for a week, or until it is forgotten', async () => {
  await saveCapability(db, url, refused);
  expect([...(await refusedOperations(db, url, now))]).toEqual(['pull']);
  const later = new Date('2026-12-01T12:00:00Z');
  expect([...(await refusedOperations(db, url, later))]).toEqual([]);
  await forgetCapabilities(db, url);
  expect(await findCapabilities(db, url)).toEqual([]);
});
