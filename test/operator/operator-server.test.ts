import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import { createLog } from '../../src/logging/logger.ts';
import { PortRefused } from '../../src/machine/listening.ts';
import { type Check, startOperatorServer } from '../../src/operator/operator-server.ts';

const LISTEN = { host: '127.0.0.1', port: 0 };

/** The pages' answers while `use` runs, and the log. */
async function served<T>(
  parts: { checks?: Check[]; metrics?: () => Promise<string> },
  use: (url: string, lines: string[]) => Promise<T>,
): Promise<T> {
  const lines: string[] = [];
  const log = createLog({ level: 'info', write: (line) => lines.push(line) });
  const { checks = [], metrics = async () => 'some 1\n' } = parts;
  const server = await startOperatorServer({
    listen: LISTEN,
    checks,
    metrics: { contentType: 'text/plain; version=0.0.4', metrics },
    log,
  });
  try {
    return await use(server.url, lines);
  } finally {
    server.close();
  }
}

const page = async (url: string, method = 'GET') => {
  const response = await fetch(url, { method });
  return `${response.status} ${await response.text()}`;
};

test('it is alive, ready and measured', async () => {
  const checks = [{ what: 'database', isThere: async () => true }];
  await served({ checks }, async (url) => {
    expect(await page(`${url}/livez`)).toBe('200 ok\n');
    expect(await page(`${url}/readyz?verbose`)).toBe('200 database: ok\n');
    expect(await page(`${url}/metrics`)).toBe('200 some 1\n');
    expect(await page(`${url}/metrics`, 'HEAD')).toBe('200 ');
  });
});

test('it is unready, but alive, if something is missing or cannot be checked', async () => {
  const checks = [
    { what: 'database', isThere: () => Promise.reject(new Error('disk I/O error')) },
    { what: 'slack', isThere: () => false },
    { what: 'other', isThere: () => true },
  ];
  await served({ checks }, async (url) => {
    expect(await page(`${url}/readyz`)).toBe(
      '503 database: not ready\nslack: not ready\nother: ok\n',
    );
    expect(await page(`${url}/livez`)).toBe('200 ok\n');
  });
});

test('counts that fail are answered, logged, and end nothing', async () => {
  const metrics = () => Promise.reject(new Error('disk I/O error'));
  await served({ metrics }, async (url, lines) => {
    expect(await page(`${url}/metrics`)).toBe('500 This failed; the log says why.\n');
    expect(lines.join()).toContain('disk I/O error');
    expect(await page(`${url}/livez`)).toBe('200 ok\n');
  });
});

test.each(['/', '/metrics/', '//livez', '/constructor', '/__proto__'])(
  'there is no page %s',
  (path) =>
    served({}, async (url) =>
      expect(await page(`${url}${path}`)).toBe('404 There is no such page.\n'),
    ),
);

test('pages are read only', () =>
  served({}, async (url) => expect(await page(`${url}/livez`, 'POST')).toMatch(/^405 /)));

test('an occupied port gives a sentence', async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) =>
    other.listen(0, '127.0.0.1', () => {
      const address = other.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    }),
  );
  const starting = startOperatorServer({
    listen: { host: '127.0.0.1', port },
    checks: [],
    metrics: { contentType: 'text/plain', metrics: async () => '' },
    log: createLog({ level: 'error', write: () => undefined }),
  });
  await expect(starting).rejects.toThrow(
    new PortRefused(
      `Nothing can be served on port ${port} of 127.0.0.1: another program uses it. Stop that one, or give METRICS_PORT another number.`,
    ),
  );
  other.close();
});

test('another machine’s address gives a sentence', async () => {
  const starting = startOperatorServer({
    // For documentation only (RFC 5737).
    listen: { host: '192.0.2.1', port: 0 },
    checks: [],
    metrics: { contentType: 'text/plain', metrics: async () => '' },
    log: createLog({ level: 'error', write: () => undefined }),
  });
  await expect(starting).rejects.toThrow(/EADDRNOTAVAIL.+METRICS_HOST/);
});
