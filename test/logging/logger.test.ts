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

/** A log that is read on a terminal. */
function readableInto(lines: string[]) {
  const write = (line: string) => lines.push(line);
  return createLog({ level: 'debug', write, isTerminal: true, now: () => NOW });
}

describe('createLog', () => {
  const fields = {
    ms: 1200,
    ref: '7f3a9c',
    since: NOW,
    who: 'Ana "A" B',
    none: undefined,
    nil: null,
    empty: '',
    states: ['OK', 'ERRED'],
  };

  test('one JSON object a line: level, time, fields, message', () => {
    const lines: string[] = [];
    logInto(lines).warn('Waldur is slow', fields);
    expect(lines).toEqual([
      '{"level":"warn","time":"2026-11-24T19:12:00.000Z","ms":1200,"ref":"7f3a9c",' +
        '"since":"2026-11-24T19:12:00.000Z","who":"Ana \\"A\\" B","nil":null,"empty":"",' +
        '"states":["OK","ERRED"],"msg":"Waldur is slow"}\n',
    ]);
  });

  test('on a terminal: time, level, message, fields', () => {
    const lines: string[] = [];
    readableInto(lines).warn('Waldur is slow', fields);
    expect(lines).toEqual([
      '2026-11-24T19:12:00.000Z WARN Waldur is slow ms=1200 ref=7f3a9c ' +
        'since=2026-11-24T19:12:00.000Z who="Ana \\"A\\" B" nil=null empty="" ' +
        `states="[\\"OK\\",\\"ERRED\\"]"\n`,
    ]);
  });

  test('levels below its own are not written', () => {
    const lines: string[] = [];
    const log = logInto(lines, 'warn');
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['c', 'd']);
  });

  test('a child adds its fields; those of the record come last and win', () => {
    const lines: string[] = [];
    const log = logInto(lines).child({ ref: '7f3a9c' }).child({ user: 'U1' });
    log.info('Deleted', { job: UUID });
    log.info('Listed', { user: 'U2' });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { msg: 'Deleted', ref: '7f3a9c', user: 'U1', job: UUID },
      { msg: 'Listed', ref: '7f3a9c', user: 'U2' },
    ]);
    expect(lines[1]).not.toContain('U1');
  });

  const failed = () => {
    const root = new TypeError(`two\nlines with xoxb-1-A0123-abcDEF`);
    const error = new Error('not sent', { cause: root });
    return Object.assign(error, { request: { body: 'what Ana wrote' } });
  };

  test('an error is logged with its stack and its cause, redacted, and with nothing else', () => {
    const lines: string[] = [];
    logInto(lines).error('Failed', { error: failed() });
    const { error } = JSON.parse(lines[0] ?? '');
    expect(error).toEqual({
      type: 'Error',
      message: 'not sent',
      stack: expect.stringMatching(/^Error: not sent\n {4}at failed .*logger\.test\.ts:\d+:\d+/),
      cause: {
        type: 'TypeError',
        message: 'two\nlines with [redacted]',
        stack: expect.stringMatching(/^TypeError: two\nlines with \[redacted\]\n {4}at /),
      },
    });
  });

  test('and on a terminal below the line', () => {
    const lines: string[] = [];
    readableInto(lines).error('Failed', { error: failed() });
    const [head, first, ...others] = lines[0]?.split('\n') ?? [];
    expect(head).toBe('2026-11-24T19:12:00.000Z ERROR Failed error="Error: not sent"');
    expect(first).toMatch(/^ {4}at failed /);
    expect(others).toContain('    caused by TypeError: two\\nlines with [redacted]');
  });

  test('an error that is its own cause, or has no cause, is logged', () => {
    const lines: string[] = [];
    const own: Error = new Error('own');
    own.cause = own;
    logInto(lines).error('Failed', { error: own });
    logInto(lines).error('Failed', { error: new Error('odd', { cause: 'a word' }) });
    expect(lines.map((line) => JSON.parse(line).error.message)).toEqual(['own', 'odd']);
    expect(JSON.parse(lines[1] ?? '').error.cause).toBe('a word');
  });

  test('whatever it is given, a record is one line of JSON without control or direction marks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.anything(), (message, value) => {
        const lines: string[] = [];
        logInto(lines).info(message, { value, text: message });
        expect(lines).toHaveLength(1);
        expect(lines[0]?.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        expect(lines[0]?.endsWith('\n')).toBe(true);
        const { msg, text } = JSON.parse(lines[0] ?? '');
        expect(msg).toBe(text);
        readableInto(lines).info(message, { value, text: message });
        expect(lines[1]?.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }),
    );
  });

  test('a hidden value is gone from messages, fields, names and errors, in every child', () => {
    const lines: string[] = [];
    const log = logInto(lines);
    const child = log.child({ ref: 'r' });
    const quoted = 'pass"word\\1';
    for (const secret of ['hunter2hunter2', 'hunter2', '', quoted]) log.hide(secret);
    const error = new Error(`no ${quoted}`, { cause: new Error('hunter2') });
    const list = [['hunter2'], { hunter2: 1 }];
    child.info('hunter2hunter2 came', { url: 'http://x/hunter2/', list, quoted, error });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      msg: '[redacted] came',
      url: 'http://x/[redacted]/',
      list: [['[redacted]'], { '[redacted]': 1 }],
      quoted: '[redacted]',
      error: { message: 'no [redacted]', cause: { message: '[redacted]' } },
    });
    expect(lines[0]).not.toMatch(/hunter2|pass"word|pass\\"word/);
  });

  test('a value whose name says that it is secret goes whatever it looks like', () => {
    const lines: string[] = [];
    const headers = { Authorization: 'Basic abc', cookie: ['a=b'], 'x-ticket': 7, accept: 'json' };
    logInto(lines).info('asked', { headers });
    expect(JSON.parse(lines[0] ?? '').headers).toEqual({
      Authorization: '[redacted]',
      cookie: '[redacted]',
      'x-ticket': '[redacted]',
      accept: 'json',
    });
  });

  test('endless nesting is cut', () => {
    const lines: string[] = [];
    let deep: unknown = 'x';
    for (let n = 0; n < 3000; n += 1) deep = [deep];
    logInto(lines).info('deep', { deep });
    expect(lines[0]?.length).toBeLessThan(300);
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
    logger.error(new Error('alone'));
    logger.error(`no ${SLACK[0]}`);
    expect(logger.getLevel()).toBe(LogLevel.WARN);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'warn', msg: 'Slow: { ms: 3 }', error: { type: 'Error', message: 'late' } },
      { level: 'error', msg: 'Error: alone', error: { stack: expect.stringContaining('at ') } },
      { level: 'error', msg: 'no [redacted]' },
    ]);
  });
});
