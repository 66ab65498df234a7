import { createSecretKey, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Key } from '../../src/accounts/key.ts';
import { createSealer, type Owner, SealError } from '../../src/accounts/seal.ts';

const ANA = { team: 'T1', user: 'U1', origin: 'https://waldur.example.org' };
const TOKEN = 'the token of Ana';

function newKey(id: string): Key {
  return { id, secret: createSecretKey(randomBytes(32)) };
}

function whyNot(open: () => string): string {
  try {
    open();
  } catch (error) {
    if (error instanceof SealError) return error.kind;
    throw error;
  }
  throw new Error('It was expected not to open, and did');
}

const [one, two] = [newKey('one'), newKey('two')];
const sealer = createSealer([one]);

describe('createSealer', () => {
  test('opens what it sealed, whatever it is', () => {
    const words = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(words, words, words, words, (text, team, user, origin) => {
        const owner = { team, user, origin };
        expect(sealer.open(sealer.seal(text, owner), owner)).toBe(text);
      }),
    );
  });

  test('the form, and a new nonce each time', () => {
    const all = Array.from({ length: 200 }, () => sealer.seal(TOKEN, ANA));
    for (const sealed of all) {
      expect(sealed).toMatch(/^v1\.one\.[\w-]{16}\.[\w-]{43}$/);
      expect(Buffer.from(sealed, 'latin1').includes(TOKEN)).toBe(false);
    }
    expect(new Set(all.map((sealed) => sealed.split('.')[2])).size).toBe(200);
  });

  test.each<[string, Owner]>([
    ['team', { ...ANA, team: 'T2' }],
    ['user', { ...ANA, user: 'U2' }],
    ['origin', { ...ANA, origin: 'https://waldur.example.com' }],
    ['a border between them', { team: 'T', user: '1U1', origin: ANA.origin }],
    ['a quote within them', { team: 'T1","U1', user: '', origin: ANA.origin }],
  ])('does not open for another %s', (_name, owner) => {
    expect(whyNot(() => sealer.open(sealer.seal(TOKEN, ANA), owner))).toBe('not authentic');
  });

  test('two owners that differ never open for each other', () => {
    const owner = fc.record({ team: fc.string(), user: fc.string(), origin: fc.string() });
    fc.assert(
      fc.property(owner, owner, (mine, yours) => {
        fc.pre(JSON.stringify(mine) !== JSON.stringify(yours));
        expect(whyNot(() => sealer.open(sealer.seal(TOKEN, mine), yours))).toBe('not authentic');
      }),
    );
  });

  test('no bit of it can be flipped', () => {
    const sealed = sealer.seal(TOKEN, ANA);
    const bytes = Buffer.from(sealed);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const kind = whyNot(() => sealer.open(flipped.toString('latin1'), ANA));
      expect(['malformed', 'unknown key', 'not authentic']).toContain(kind);
    }
  });

  test('nor of the nonce, the ciphertext and the tag themselves', () => {
    const [version, id, ...parts] = sealer.seal(TOKEN, ANA).split('.');
    for (const [index, part] of parts.entries()) {
      const bytes = Buffer.from(part, 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const flipped = Buffer.from(bytes);
        flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const changed = [version, id, ...parts.with(index, flipped.toString('base64url'))];
        expect(whyNot(() => sealer.open(changed.join('.'), ANA))).toBe('not authentic');
      }
    }
  });

  test.each([
    '',
    'v1',
    'v1.one..',
    'v2.one.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAA',
    'v1.one.AAAAAAAAAAAAAAAA.AAAA',
    'v1.one.AAAA.AAAAAAAAAAAAAAAAAAAAAAAA',
    'v1.one.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAA.x',
  ])('%p is malformed', (sealed) => {
    expect(whyNot(() => sealer.open(sealed, ANA))).toBe('malformed');
  });

  test('several keys: the first seals, all open; one that went away does not', () => {
    const old = sealer.seal(TOKEN, ANA);
    const both = createSealer([two, one]);
    expect(both.open(old, ANA)).toBe(TOKEN);
    const renewed = both.seal(TOKEN, ANA);
    expect(renewed).toMatch(/^v1\.two\./);
    expect(createSealer([two]).open(renewed, ANA)).toBe(TOKEN);
    expect(whyNot(() => createSealer([two]).open(old, ANA))).toBe('unknown key');
  });

  test('another key under the same id, or the id of another key, does not open', () => {
    const sealed = sealer.seal(TOKEN, ANA);
    expect(whyNot(() => createSealer([newKey('one')]).open(sealed, ANA))).toBe('not authentic');
    const renamed = sealed.replace('.one.', '.two.');
    expect(whyNot(() => createSealer([one, two]).open(renamed, ANA))).toBe('not authentic');
  });

  test('an error tells nothing of what was sealed, and a key nothing of itself', () => {
    const sealed = sealer.seal(TOKEN, ANA);
    const error = new SealError('not authentic');
    expect(String(error)).toBe(
      'SealError: A sealed token was changed, or was sealed for somebody else.',
    );
    expect(inspect(error)).not.toContain(sealed.split('.')[3]);
    const shown = inspect(one, { depth: 9, showHidden: true }) + JSON.stringify(one);
    expect(shown).not.toContain(one.secret.export().toString('base64'));
    expect(shown).not.toContain(one.secret.export().toString('hex').slice(0, 4));
  });
});
