import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toUnix } from '../../src/scripts/lines.ts';
import { readScript } from '../../src/scripts/script.ts';

const maxBytes = 2000;

const read = (bytes: Uint8Array) => readScript(bytes, { maxBytes });

/** Bytes with everything on which line endings and the checks of bytes depend. */
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

describe('a script', () => {
  test('has the size and the hash of its bytes', () => {
    fc.assert(
      fc.property(bytes, (whole) => {
        const script = read(whole);
        expect(script.bytes).toBe(whole.length);
        expect(script.sha256).toBe(createHash('sha256').update(whole).digest('hex'));
      }),
    );
  });

  test('has no DOS line ending once it is converted, and keeps everything else', () => {
    fc.assert(
      fc.property(bytes, (whole) => {
        const sent = toUnix(whole);
        expect(sent.includes('\r\n')).toBe(false);
        expect(sent.at(-1)).not.toBe(13);
        expect(read(sent).refusals.map(({ kind }) => kind)).not.toContain('dos');
        const bare = (one: Buffer) => one.toString('latin1').replaceAll('\r', '');
        expect(bare(sent)).toBe(bare(whole));
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
    expect(toUnix(Buffer.from(from)).toString()).toBe(to);
  });
});

describe('a script is refused', () => {
  test('for DOS line endings, NUL, its size or its encoding exactly if it has them', () => {
    fc.assert(
      fc.property(bytes, (rest) => {
        const whole = Buffer.concat([Buffer.from('#!/bin/sh\n'), rest]);
        const kinds = read(whole).refusals.map(({ kind }) => kind);
        expect(kinds.includes('dos')).toBe(whole.includes('\r\n'));
        expect(kinds.includes('nul')).toBe(whole.includes(0));
        expect(kinds.includes('too large')).toBe(whole.length > maxBytes);
        expect(kinds.includes('not utf-8')).toBe(!Buffer.from(whole.toString()).equals(whole));
      }),
    );
  });
});

test('a script of very long lines and of very many makes a small description', () => {
  const part = `${'x'.repeat(65_536)}\n${'#SBATCH --mem=4G\n'.repeat(1000)}`;
  const script = readScript(Buffer.from(`#!/bin/bash\nset -e\n${part.repeat(100)}`), {
    maxBytes: 1e9,
  });
  expect(script.lines).toBe(2 + 100 * 1001);
  expect(JSON.stringify(script).length).toBeLessThan(10_000);
});
