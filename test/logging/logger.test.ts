import { describe, expect, test } from '@jest/globals';
import { LogLevel } from '@slack/web-api';
import fc from 'fast-check';
import { boltLogger, createLog } from '../../src/logging/logger.ts';
import { redact } from '../../src/logging/redaction.ts';

const NOW = new Date('2026-11-24T19:12:00Z');

function logInto(lines: string[], level: 'debug' | 'info' | 'warn' | 'error' = 'debug') {
  return createLog({ level, write: (line) => lines.push(line), now: () => NOW });
}

/** Put together here, so that nothing in this file looks like a real token. */
const HEX = '0123456789abcdef';
const CLASSIC = (HEX + HEX + HEX).slice(0, 40);
const UUID = HEX + HEX;
const SHA256 = HEX.repeat(4);
const SLACK = ['xoxb', 'xoxp', 'xoxa', 'xapp', 'xwfp', 'xoxe', 'xoxe.xoxp'].map(
  (prefix) => `${prefix}-1-A0123-abcDEF`,
);

describe('createLog', () => {
  test('one line a record: time, level, message, fields', () => {
    const lines: string[] = [];
    logInto(lines).warn('Waldur is slow', {
      ms: 1200,
      ref: '7f3a9c',
      path: '/api/slurm-jobs/',
      since: NOW,
      who: 'Ana "A" B',
      none: undefined,
      nil: null,
      empty: '',
      states: ['OK', 'ERRED'],
    });
    expect(lines).toEqual([
      '2026-11-24T19:12:00.000Z WARN Waldur is slow ms=1200 ref=7f3a9c path=/api/slurm-jobs/ ' +
        'since=2026-11-24T19:12:00.000Z who="Ana \\"A\\" B" nil=null empty="" ' +
        `states="[ 'OK', 'ERRED' ]"\n`,
    ]);
  });

  test('levels below its own are not written', () => {
    const lines: string[] = [];
    const log = logInto(lines, 'warn');
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    expect(lines.map((line) => line.split(' ')[2]?.trim())).toEqual(['c', 'd']);
  });

  test('a child adds its fields; those of the record come last and win', () => {
    const lines: string[] = [];
    const log = logInto(lines).child({ ref: '7f3a9c' }).child({ user: 'U1' });
    log.info('Deleted', { job: UUID });
    log.info('Listed', { user: 'U2' });
    expect(lines.map((line) => line.slice(25))).toEqual([
      `INFO Deleted ref=7f3a9c user=U1 job=${UUID}\n`,
      'INFO Listed ref=7f3a9c user=U2\n',
    ]);
  });

  test('errors are told by name and message', () => {
    const lines: string[] = [];
    logInto(lines).error('Failed', { error: new TypeError('two\nlines') });
    expect(lines[0]).toBe('2026-11-24T19:12:00.000Z ERROR Failed error="TypeError: two\\nlines"\n');
  });

  test('whatever it is given, a record is one line without control or direction marks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.anything(), (message, value) => {
        const lines: string[] = [];
        logInto(lines).info(message, { value, text: message });
        expect(lines).toHaveLength(1);
        expect(lines[0]?.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        expect(lines[0]?.endsWith('\n')).toBe(true);
      }),
    );
  });

  test('a hidden value is gone from messages and fields, in every child', () => {
    const lines: string[] = [];
    const log = logInto(lines);
    const child = log.child({ ref: 'r' });
    log.hide('hunter2hunter2');
    log.hide('hunter2');
    log.hide('');
    child.info('hunter2hunter2 came', { url: 'http://x/hunter2/', list: [['hunter2']] });
    expect(lines[0]?.slice(25)).toBe(
      'INFO [redacted] came ref=r url=http://x/[redacted]/ list="[ [ \'[redacted]\' ] ]"\n',
    );
  });
});

describe('redact', () => {
  test.each(SLACK)('%s is taken out', (token) => {
    for (const line of [token, `a ${token} b`, `{"token":"${token}"}`, `token=${token}`]) {
      expect(redact(line)).not.toContain('A0123');
    }
    expect(redact(`a ${token}, b`)).toBe('a [redacted], b');
  });

  test.each([
    [`Authorization: Token ${CLASSIC}`, 'Authorization: [redacted]'],
    [`authorization: 'Bearer abc'`, `authorization: '[redacted]'`],
    [`Token ${UUID}`, 'Token [redacted]'],
    [`Bearer ey0.abc-def_ghi.jkl01234==`, 'Bearer [redacted]'],
    [`show ${CLASSIC} now`, 'show [redacted] now'],
    [`show ${CLASSIC.toUpperCase()}`, 'show [redacted]'],
    ['{"token":"wldr_0123456789abcd"}', '{"token":"[redacted]"}'],
    [
      'wss://x.example/link/?ticket=abc-1&app_id=2',
      'wss://x.example/link/?ticket=[redacted]&app_id=2',
    ],
    ['signing_secret="a b"', 'signing_secret=[redacted]'],
    ['https://hooks.slack.com/commands/T1/2/abcDEF', 'https://hooks.slack.com/[redacted]'],
  ])('%s', (line, expected) => {
    expect(redact(line)).toBe(expected);
  });

  test.each([
    `job=${UUID}`,
    `sha256=${SHA256}`,
    `GET /api/slurm-jobs/${UUID}/: Waldur answered 401; Invalid token.`,
    'Token has expired.',
    'Invalid token. Token string should not contain spaces.',
    'OAuth token is not found',
    'Access token is not found',
    'Slurm job 48213, mark=7f3a9c7f3a9c',
  ])('%s stays as it is', (line) => {
    expect(redact(line)).toBe(line);
  });

  test('no classic token gets through, wherever it stands', () => {
    const token = fc.string({ unit: fc.constantFrom(...HEX), minLength: 40, maxLength: 40 });
    const around = fc.string({ unit: fc.constantFrom(...' "\'=:/?&<>g-_\n') });
    fc.assert(
      fc.property(around, token, around, (before, secret, after) => {
        expect(redact(before + secret + after)).not.toContain(secret);
      }),
    );
  });
});

describe('boltLogger', () => {
  test('writes to our log, at our level', () => {
    const lines: string[] = [];
    const logger = boltLogger(logInto(lines, 'warn'));
    logger.setLevel(LogLevel.DEBUG);
    logger.setName('x');
    logger.debug('a');
    logger.info('b');
    logger.warn('Slow:', { ms: 3 }, new Error('late'));
    logger.error(`no ${SLACK[0]}`);
    expect(logger.getLevel()).toBe(LogLevel.WARN);
    expect(lines).toEqual([
      '2026-11-24T19:12:00.000Z WARN Slow: { ms: 3 } Error: late\n',
      '2026-11-24T19:12:00.000Z ERROR no [redacted]\n',
    ]);
  });
});
