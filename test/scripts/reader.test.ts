import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createScriptReader, readScript, type Script } from '../../src/scripts/script.ts';

const maxBytes = 2000;

/** What the reader says and gives back when the bytes come in these pieces. */
function inPieces(
  bytes: Buffer,
  cuts: number[],
  convert: boolean,
): { sent: Buffer; script: Script } {
  const reader = createScriptReader({ maxBytes, convert });
  const borders = [
    0,
    ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ];
  const sent = borders.slice(1).map((border, index) => {
    return reader.write(bytes.subarray(borders[index], border));
  });
  return { sent: Buffer.concat(sent), script: reader.end() };
}

/** Bytes in which everything happens that depends on borders. */
const bytes = fc
  .array(
    fc.oneof(
      fc
        .constantFrom(
          '#!/bin/bash',
          '\n',
          '\r\n',
          '\r',
          '\r\r\n',
          '\n\n',
          '#SBATCH ',
          '#PBS -N x',
          '--time=1:00',
          '-J "grün 😀"',
          ' ',
          'set -e',
          '\ufeff',
          '\0',
          '<html>',
          '# SBATCH -n',
          'x'.repeat(5000),
        )
        .map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 5 }).map((part) => Buffer.from(part)),
    ),
    { maxLength: 40 },
  )
  .map((parts) => Buffer.concat(parts));
const cuts = fc.array(fc.nat(), { maxLength: 30 });

describe('however the bytes are cut', () => {
  test.each([false, true])(
    'the script and the bytes to be sent are the same (convert: %s)',
    (convert) => {
      fc.assert(
        fc.property(bytes, cuts, (whole, places) => {
          expect(inPieces(whole, places, convert)).toEqual(inPieces(whole, [], convert));
        }),
      );
    },
  );

  test('a byte at a time', () => {
    const script = Buffer.from('#!/bin/bash\r\n#SBATCH -J "grün"\r\r\nécho\r');
    const places = Array.from(script, (_, index) => index);
    for (const convert of [false, true]) {
      expect(inPieces(script, places, convert)).toEqual(inPieces(script, [], convert));
    }
  });
});

describe('what is given back', () => {
  test('is what came, and its size and hash are those of the script', () => {
    fc.assert(
      fc.property(bytes, cuts, (whole, places) => {
        const { sent, script } = inPieces(whole, places, false);
        expect(sent.equals(whole)).toBe(true);
        expect(script.bytes).toBe(whole.length);
        expect(script.sha256).toBe(createHash('sha256').update(whole).digest('hex'));
      }),
    );
  });

  test('has no DOS line ending once converted, and reads as a script of its own', () => {
    fc.assert(
      fc.property(bytes, cuts, (whole, places) => {
        const { sent, script } = inPieces(whole, places, true);
        expect(sent.includes('\r\n')).toBe(false);
        expect(script.refusals.map(({ kind }) => kind)).not.toContain('dos');
        expect(script).toEqual(readScript(sent, { maxBytes }));
      }),
    );
  });

  test.each([
    ['a\r\nb\r\n', 'a\nb\n'],
    ['a\r\r\nb', 'a\nb'],
    ['a\rb\n', 'a\rb\n'],
    ['a\n\rb', 'a\n\rb'],
    ['a\r\n\r', 'a\n'],
    ['\r\r', ''],
    ['a\n', 'a\n'],
  ])('%j is converted to %j', (from, to) => {
    expect(inPieces(Buffer.from(from), [], true).sent.toString()).toBe(to);
  });
});

test.each([
  [['a\r', 'b\n'], 'a\rb\n'],
  [['a\r', '\nb'], 'a\nb'],
  [['a\r', '\r', '\nb\r', 'c'], 'a\nb\rc'],
])('a CR at the end of a chunk waits for the next byte: %j', (pieces, expected) => {
  const reader = createScriptReader({ maxBytes, convert: true });
  const sent = pieces.map((piece) => reader.write(Buffer.from(piece)));
  expect(Buffer.concat(sent).toString()).toBe(expected);
});

describe('what is refused', () => {
  test('is DOS line endings exactly where there is CR LF in a script', () => {
    fc.assert(
      fc.property(bytes, cuts, (rest, places) => {
        const whole = Buffer.concat([Buffer.from('#!/bin/sh\n'), rest]);
        const { script } = inPieces(whole, places, false);
        const kinds = script.refusals.map(({ kind }) => kind);
        expect(kinds.includes('dos')).toBe(whole.includes('\r\n'));
        expect(kinds.includes('nul')).toBe(whole.includes(0));
        expect(kinds.includes('too large')).toBe(whole.length > maxBytes);
        expect(kinds.includes('not utf-8')).toBe(!Buffer.from(whole.toString()).equals(whole));
      }),
    );
  });
});

test('a script of one endless line, or of very many, keeps little', () => {
  const reader = createScriptReader({ maxBytes: 1e9 });
  reader.write(Buffer.from('#!/bin/bash\nset -e\n'));
  for (let index = 0; index < 100; index += 1) {
    reader.write(Buffer.alloc(65_536, 'x'));
    reader.write(Buffer.from('\n#SBATCH --mem=4G\n'.repeat(1000)));
  }
  const script = reader.end();
  expect(script).toMatchObject({ lines: 2 + 100 * 2000, bytes: 19 + 100 * (65_536 + 18_000) });
  expect(JSON.stringify(script).length).toBeLessThan(10_000);
});
