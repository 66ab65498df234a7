import { createHash } from 'node:crypto';

/**
 * Fake tokens, for tests that check that none turns up where it should not. They are made from a counter, so that a
 * file never holds one, and a run can be repeated.
 */
export const SHAPES = [
  'classic',
  'personal',
  'personal with prefix',
  'personal, small letters',
  'personal, base64url',
  'Slack bot',
  'Slack user',
  'Slack app',
] as const;
export type Shape = (typeof SHAPES)[number];

/** The nth canary of a shape. */
export function canary(shape: Shape, n: number): string {
  const bytes = createHash('sha512').update(`canary ${shape} ${n}`).digest();
  const mixed = bytes.toString('base64').replace(/[^A-Za-z0-9]/g, '');
  switch (shape) {
    case 'classic':
      return bytes.toString('hex').slice(0, 40);
    case 'personal':
      return mixed.slice(0, 48);
    case 'personal with prefix':
      return `wpat_1${mixed.slice(0, 40)}`;
    case 'personal, small letters':
      return BigInt(`0x${bytes.toString('hex')}`)
        .toString(36)
        .slice(0, 50);
    case 'personal, base64url':
      return bytes.subarray(0, 36).toString('base64url');
    case 'Slack bot':
      return `xoxb-${n}-${mixed.slice(0, 24)}`;
    case 'Slack user':
      return `xoxp-${n}-${mixed.slice(0, 32)}`;
    case 'Slack app':
      return `xapp-1-A${n}-${bytes.toString('hex')}`;
  }
}
