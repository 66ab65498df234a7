import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findJob, parseUuid } from '../../src/jobs/reference.ts';

const a = { uuid: 'd2035c217d01467ba3a1309afa2bf5c3', name: 'train', slurmId: '48213' };
const b = { uuid: 'd2035fff7d01467ba3a1309afa2bf5c3', name: 'train', slurmId: '48214' };
const c = { uuid: '1234567890abcdef1234567890abcdef', name: '48213', slurmId: '' };
const d = { uuid: 'cafe567890abcdef1234567890abcdef', name: 'cafe', slurmId: '1234' };
const rows = [a, b, c, d];
const failed = { uuid: 'a1'.repeat(16), name: 'array', slurmId: '910_1' };
const running = { uuid: 'a2'.repeat(16), name: 'array', slurmId: '910_2' };
const waiting = { uuid: 'a3'.repeat(16), name: 'array', slurmId: '450_[2-9%2]' };
const parts = [
  { uuid: 'a4'.repeat(16), name: 'pair', slurmId: '68+0' },
  { uuid: 'a5'.repeat(16), name: 'pair', slurmId: '68+1' },
];
const stepped = { uuid: 'a6'.repeat(16), name: 'steps', slurmId: '931_[0-10:2%3]' };
const cutOff = { uuid: 'a7'.repeat(16), name: 'long', slurmId: '926_[1-4,...]' };
const ofParts = [failed, running, waiting, ...parts, stepped, cutOff];

describe('finding a job', () => {
  test.each([
    ['d2035c217d01467ba3a1309afa2bf5c3', { found: a }],
    ['D2035C21-7D01-467B-A3A1-309AFA2BF5C3', { found: a }],
    ['48213', { found: a }],
    ['  48214 ', { found: b }],
    ['1234', { found: d }],
    ['12345', { found: c }],
    ['train', { several: [a, b] }],
    ['cafe', { found: d }],
    ['CAFE5', { found: d }],
    ['d2035c21-7d', { found: a }],
    ['d203', { several: [a, b] }],
    ['d20', { none: true }],
    ['Train', { several: [a, b] }],
    ['trai', { several: [a, b] }],
    ['', { none: true }],
    [' ', { none: true }],
    ['----', { none: true }],
    ['00000000000000000000000000000000', { none: true }],
  ])('%s', (reference, expected) => {
    expect(findJob(reference, rows)).toEqual(expected);
  });

  test.each([
    ['910', { several: [failed, running] }],
    ['910_1', { found: failed }],
    ['910_3', { none: true }],
    ['450', { found: waiting }],
    ['450_5', { found: waiting }],
    ['450_[2-9%2]', { found: waiting }],
    ['450_10', { none: true }],
    ['68', { several: parts }],
    ['68+1', { found: parts[1] }],
    ['91', { none: true }],
    ['931_6', { found: stepped }],
    ['931_3', { none: true }],
    ['931_12', { none: true }],
    // Slurm leaves out the end of a long list.
    ['926_4', { found: cutOff }],
    ['926_900', { found: cutOff }],
    ['926+0', { none: true }],
  ])('of which there are parts: %s', (reference, expected) => {
    expect(findJob(reference, ofParts)).toEqual(expected);
  });

  test('every job is found by its uuid and by enough of its beginning', () => {
    const uuid = fc.stringMatching(/^[0-9a-f]{32}$/);
    fc.assert(
      fc.property(fc.uniqueArray(uuid, { minLength: 1, maxLength: 20 }), (uuids) => {
        const jobs = uuids.map((each, index) => ({
          uuid: each,
          name: `job ${index}`,
          slurmId: '',
        }));
        for (const job of jobs) {
          expect(findJob(job.uuid.toUpperCase(), jobs)).toEqual({ found: job });
          expect(findJob(job.name, jobs)).toEqual({ found: job });
          const same = jobs.filter((other) => other.uuid.startsWith(job.uuid.slice(0, 6)));
          expect(findJob(job.uuid.slice(0, 6), jobs)).toEqual(
            same.length === 1 ? { found: job } : { several: same },
          );
        }
      }),
    );
  });
});

describe('a uuid', () => {
  test.each([
    ['d2035c217d01467ba3a1309afa2bf5c3', 'd2035c217d01467ba3a1309afa2bf5c3'],
    [' D2035C217D01467BA3A1309AFA2BF5C3', 'd2035c217d01467ba3a1309afa2bf5c3'],
    ['d2035c21-7d01-467b-a3a1-309afa2bf5c3', 'd2035c217d01467ba3a1309afa2bf5c3'],
    ['d2035c21-7d01467ba3a1309afa2bf5c3', null],
    ['d2035c217d01467ba3a1309afa2bf5c', null],
    ['d2035c217d01467ba3a1309afa2bf5c33', null],
    ['g2035c217d01467ba3a1309afa2bf5c3', null],
    ['', null],
  ])('%s', (text, uuid) => {
    expect(parseUuid(text)).toBe(uuid);
  });
});
