import { expect, test } from '@jest/globals';
import {
  isPastedToken,
  pastedTokensIn,
  withoutPastedToken,
} from '../../src/interaction/pasted-token.ts';
import type { Arrival } from '../../src/slack/arrival.ts';
import { canary } from '../canaries.ts';

const token = canary('classic', 1);
const arrival: Arrival = {
  eventId: 'Ev1',
  team: 'T1',
  user: 'U1',
  channel: 'C1',
  ts: '1.2',
  threadTs: null,
  direct: false,
  text: '<@U0SLURMBOT> list mine',
  files: [{ id: 'F1', name: 'train.sh' }],
  hints: ['F0000000001'],
  edited: null,
  pasted: null,
  leak: false,
};

test.each([
  `connect ${token}`,
  'connect hunter2',
  '<@U0SLURMBOT> connect hunter2',
  'login  hunter2',
  'connect then hunter2',
  '/slurm connect hunter2',
  `list ${token}`,
  `anything with xoxb-1-2-abcdefghij in it`,
])('%s gives something away', (words) => {
  expect(isPastedToken(words)).toBe(true);
});

test.each(['connect', '/slurm connect', 'list mine', 'login', ''])('%s does not', (words) => {
  expect(isPastedToken(words)).toBe(false);
});

test('nothing of such a message is kept, and others are left as they are', () => {
  expect(withoutPastedToken(arrival)).toBe(arrival);
  const kept = withoutPastedToken({ ...arrival, text: `connect ${token}` });
  expect(kept).toEqual({ ...arrival, text: '', files: [], hints: [], leak: true });
});

test('a form says under which fields there is one', () => {
  expect(pastedTokensIn({ name: 'train', description: null })).toBe(null);
  expect(pastedTokensIn({ name: 'train', description: `use ${token}` })).toEqual({
    description: expect.stringContaining('looks like a token'),
  });
});
