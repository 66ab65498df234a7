import { afterEach, beforeEach, expect, test } from '@jest/globals';
import PQueue from 'p-queue';
import { createWaldur } from '../src/api/waldur.ts';
import { boltLogger, createLog } from '../src/logging/logger.ts';
import { createSlackClient } from '../src/slack/client.ts';
import { readSharedScript } from '../src/slack/shared-file.ts';
import { failing, startServer } from './api/scripted-server.ts';

/**
 * Tokens go only to the configured Waldur and to Slack's own hosts. A foreign host that is named in an answer gets
 * nothing.
 */
let stranger: Awaited<ReturnType<typeof startServer>>;
beforeEach(async () => {
  stranger = await startServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
  });
});
afterEach(() => stranger.close());

/** A server that answers as told, for the time of a test. */
async function within<T>(
  answer: (url: string) => { status: number; headers?: Record<string, string>; body: unknown },
  use: (url: string) => Promise<T>,
): Promise<T> {
  const server = await startServer((_request, response) => {
    const { status, headers, body } = answer(server.url);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  });
  try {
    return await use(server.url);
  } finally {
    await server.close();
  }
}

const slackFile = (url: string) => ({
  status: 200,
  body: { ok: true, file: { id: 'F1', name: 'a.sh', url_private_download: url } },
});
const readFrom = (filesOrigin: string) => (apiUrl: string) => {
  const logger = boltLogger(createLog({ level: 'error', write: () => undefined }));
  const client = createSlackClient({ token: 'bot', apiUrl: `${apiUrl}/api/`, logger });
  const access = { client, token: 'bot', filesOrigin, maxBytes: 1000, transfers: new PQueue() };
  return failing(readSharedScript(access, 'F1', { convert: false }));
};

test('a file whose address is elsewhere', async () => {
  const path = `${stranger.url}/files-pri/T1-F1/a.sh`;
  const error = await within(() => slackFile(path), readFrom('https://files.slack.com'));
  expect(String(error)).toContain('does not trust');
  expect(stranger.received).toEqual([]);
});

test.each(['@', '.evil.example@', '\\@'])(
  'an address that only looks like Slack’s: %s',
  async (trick) => {
    const { host } = new URL(stranger.url);
    const path = `http://files.slack.com${trick}${host}/a.sh`;
    const error = await within(() => slackFile(path), readFrom('http://files.slack.com'));
    expect(String(error)).toMatch(/does not trust|did not hand the file over/);
    expect(stranger.received).toEqual([]);
  },
);

test('a file that is redirected elsewhere', async () => {
  const location = { location: `${stranger.url}/a.sh` };
  const error = await within(
    () => ({ status: 302, headers: location, body: {} }),
    (files) => within(() => slackFile(`${files}/a.sh`), readFrom(files)),
  );
  expect(String(error)).toContain('did not hand the file over');
  expect(stranger.received).toEqual([]);
});

test.each([301, 302, 303, 307, 308])('Waldur redirects elsewhere (%d)', async (status) => {
  const headers = { location: `${stranger.url}/api/slurm-jobs/` };
  const error = await within(
    () => ({ status, headers, body: {} }),
    (baseUrl) => failing(createWaldur({ baseUrl, token: 'waldur' }).listCheap(1)),
  );
  expect(String(error)).toContain('redirect');
  expect(stranger.received).toEqual([]);
});

test('a Link header, and addresses in rows, that point elsewhere', async () => {
  const link = `<${stranger.url}/api/slurm-jobs/?page=2>; rel="next"`;
  const page = await within(
    () => ({ status: 200, headers: { link, 'x-result-count': '700' }, body: [] }),
    (baseUrl) => createWaldur({ baseUrl, token: 'waldur' }).listCheap(1),
  );
  expect(page.rows).toEqual([]);
  expect(stranger.received).toEqual([]);
});
