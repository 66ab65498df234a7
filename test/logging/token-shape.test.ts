import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { holdsToken, replaceTokens } from '../../src/logging/token-shape.ts';
import { canary, SHAPES } from '../canaries.ts';

const hex = (digits: number) => randomBytes(digits / 2).toString('hex');

describe('texts that look like a token', () => {
  test.each(SHAPES)('%s, a thousand times, wherever it stands', (shape) => {
    const missed = Array.from({ length: 1000 }, (_, index) => canary(shape, index)).filter(
      (token) =>
        !holdsToken(token) ||
        !holdsToken(`<@U0SLURMBOT> please use \`${token}\`, thanks`) ||
        replaceTokens(`before ${token} after`, '').includes(token),
    );
    expect(missed).toEqual([]);
  });

  test.each([
    'Token abcd1234abcd1234',
    'see https://w.example/?token=0123456789abcdef0',
    'bearer: a1b2c3d4e5f6g7h8',
  ])('%s', (text) => {
    expect(holdsToken(text)).toBe(true);
  });
});

describe('texts that do not', () => {
  test.each([
    ['a uuid', () => hex(32)],
    ['a uuid with dashes', () => randomUUID()],
    ['a SHA-256 sum', () => createHash('sha256').update(randomBytes(8)).digest('hex')],
    ['a mark', () => hex(12)],
    [
      'the id of a Slack file',
      () => `F${randomBytes(6).toString('hex').slice(0, 10).toUpperCase()}`,
    ],
  ])('%s', (_name, make) => {
    const wrong = Array.from({ length: 1000 }, make).filter((text) => holdsToken(`show ${text}`));
    expect(wrong).toEqual([]);
  });

  test.each([
    'list mine running project:bio-gpu',
    'show train_resnet50_imagenet_2026-11-24_final_version_2',
    'show TrainResNet50OnImageNet2026WithAdamOptimizer',
    'show 48213',
    '{"do":"submit","script":"oPBPGAoIRmK2KQ2TVLXBpQ"}',
    'Token has expired. The token is gone, a token with letters',
    'https://git.example/lab/code/commit/0123456789abcdef0123456789abcdef01234567',
    'slurm-48213_17.out and pneumonoultramicroscopicsilicovolcanoconiosis',
    '/scratch/project_2001234/users/ana/experiments/2026-11-24/run-0001/model.sh',
  ])('%s', (text) => {
    expect({ text, token: holdsToken(text) }).toEqual({ text, token: false });
  });

  test('words with dashes, however many', () => {
    const word = fc.stringMatching(/^[a-z]{2,12}$/);
    const name = fc.tuple(fc.array(word, { minLength: 1, maxLength: 8 }), fc.nat(9999));
    fc.assert(
      fc.property(name, ([words, number]) => {
        expect(holdsToken(`show ${words.join('-')}-${number}`)).toBe(false);
      }),
    );
  });
});
