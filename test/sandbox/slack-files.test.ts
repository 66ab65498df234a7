import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { at } from '../../sandbox/slack/json.ts';
import {
  ANA,
  dmWith,
  GENERAL,
  JOBS,
  PRIVATE_WITH_BOT,
  PRIVATE_WITHOUT_BOT,
} from '../../sandbox/slack/world.ts';
import { connectApp, fullManifest, manifestFile, type Rig, startRig } from './slack-setup.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

const ana = () => rig.control.person(ANA);

async function upload(
  channel: string,
  content: string | Uint8Array,
  mode?: 'external' | 'snippet',
) {
  const file = { name: 'a b.sh', content, ...(mode === undefined ? {} : { mode }) };
  const said = await ana().say(channel, 'a script', { files: [file] });
  return { ts: said.ts, id: String(said.files[0]?.id) };
}

const info = (file: string) => rig.api('files.info', { file });

async function download(id: string, token = rig.slack.botToken, key = 'url_private_download') {
  const { file } = await info(id);
  return fetch(String(at(file, key)), { headers: { authorization: `Bearer ${token}` } });
}

describe('files', () => {
  test('prove by their shares which message they belong to', async () => {
    const { id, ts } = await upload(JOBS, 'x');
    expect(await info(id)).toMatchObject({
      file: {
        id,
        mode: 'snippet',
        channels: [JOBS],
        shares: { public: { [JOBS]: [{ ts, channel_name: 'jobs' }] } },
      },
    });
    const inPrivate = await upload(PRIVATE_WITH_BOT, 'x');
    expect(await info(inPrivate.id)).toMatchObject({
      file: {
        groups: [PRIVATE_WITH_BOT],
        shares: { private: { [PRIVATE_WITH_BOT]: [{ ts: inPrivate.ts }] } },
      },
    });
    const direct = await upload('dm', 'x');
    expect(await info(direct.id)).toMatchObject({
      file: { ims: [dmWith(ANA)], shares: { private: { [dmWith(ANA)]: [{ ts: direct.ts }] } } },
    });
  });

  test('of a private channel without the bot are not found', async () => {
    const { id } = await upload(PRIVATE_WITHOUT_BOT, 'x');
    expect(await info(id)).toEqual({ ok: false, error: 'file_not_found' });
    const url = `${rig.slack.filesOrigin}/files-pri/T0SANDBOX1-${id}/download/a.sh`;
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${rig.slack.botToken}` },
    });
    expect(response.status).toBe(404);
    expect(await info((await upload(GENERAL, 'x')).id)).toMatchObject({ ok: true });
    expect(await info('F0')).toMatchObject({ error: 'file_not_found' });
  });

  test('come byte for byte, with their length', async () => {
    const bytes = Uint8Array.from({ length: 11 * 1024 * 1024 }, (_, index) => index % 251);
    const { id } = await upload('dm', bytes);
    expect(await info(id)).toMatchObject({ file: { size: bytes.byteLength } });
    const response = await download(id);
    expect(response.headers.get('content-length')).toBe(String(bytes.byteLength));
    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), bytes)).toBe(0);
    const plain = await download(id, rig.slack.botToken, 'url_private');
    expect((await plain.arrayBuffer()).byteLength).toBe(bytes.byteLength);
  });

  test('without the token, or without files:read, it is the sign-in page, and a 200', async () => {
    const { id } = await upload('dm', 'x');
    const response = await download(id, 'xoxb-wrong');
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(await response.text()).toMatch(/^<!DOCTYPE html>/);

    const manifest = fullManifest();
    const { scopes } = manifest.oauth_config;
    scopes.bot = scopes.bot.filter((scope) => scope !== 'files:read');
    const blind = await startRig({ manifest: manifestFile(manifest) });
    const said = await blind.control
      .person(ANA)
      .say('dm', 'x', { files: [{ name: 'a', content: 'x' }] });
    const url = `${blind.slack.url}/files-pri/T0SANDBOX1-${said.files[0]?.id}/download/a`;
    const headers = { authorization: `Bearer ${blind.slack.botToken}` };
    expect(await (await fetch(url, { headers })).text()).toMatch(/^<!DOCTYPE html>/);
    expect(await blind.api('files.info', { file: said.files[0]?.id })).toMatchObject({
      needed: 'files:read',
    });
    await blind.close();
  });

  test('deleted ones are gone, external ones have no bytes', async () => {
    const deleted = await upload('dm', 'x');
    const { file } = await info(deleted.id);
    expect(await rig.control.deleteFile(deleted.id)).toBe(true);
    expect(await info(deleted.id)).toMatchObject({ error: 'file_deleted' });
    const url = String(at(file, 'url_private_download'));
    const gone = await fetch(url, { headers: { authorization: `Bearer ${rig.slack.botToken}` } });
    expect(gone.status).toBe(404);
    const external = await upload('dm', '', 'external');
    const described = await info(external.id);
    expect(described).toMatchObject({ file: { mode: 'external', is_external: true, size: 0 } });
    expect(described.file).not.toHaveProperty('url_private_download');
  });
});

describe('files of another workspace', () => {
  test('come in events as a note to ask files.info', async () => {
    const app = await connectApp(rig.slack);
    const files = [{ name: 'a.sh', content: 'x', connect: true }];
    const said = await ana().say('dm', '', { files });
    const event = app.envelopes
      .map((one) => one.payload.event)
      .find((one) => at(one, 'subtype') === 'file_share');
    const id = said.files[0]?.id;
    expect(at(event, 'files')).toEqual([
      { id, created: 0, timestamp: 0, user: '', file_access: 'check_file_info' },
    ]);
    expect(await info(String(id))).toMatchObject({ file: { name: 'a.sh', size: 1 } });
    app.close();
  });
});

describe('the bot’s own uploads', () => {
  const start = () => rig.api('files.getUploadURLExternal', { filename: 'report.txt', length: 6 });
  const finish = (id: unknown, more = {}) =>
    rig.api('files.completeUploadExternal', { files: [{ id, title: 'Report' }], ...more });

  test.each([
    ['raw', 'report'],
    ['as a form', new Blob(['report'])],
  ])(
    'go to the address that was given (%s), and are shared in the thread',
    async (_name, content) => {
      const { ts } = await ana().say('dm', 'report please');
      const { upload_url, file_id } = await start();
      const form = new FormData();
      if (typeof content !== 'string') form.set('file', content, 'report.txt');
      const body = typeof content === 'string' ? content : form;
      const sent = await fetch(String(upload_url), { method: 'POST', body });
      expect(await sent.text()).toBe('OK - 6');
      const place = { channel_id: dmWith(ANA), thread_ts: ts, initial_comment: 'here' };
      expect(await finish(file_id, place)).toMatchObject({
        files: [{ id: file_id, title: 'Report', size: 6 }],
      });
      const seen = (await ana().screen('dm')).at(-1);
      expect(seen).toMatchObject({ text: 'here', thread_ts: ts, files: [{ title: 'Report' }] });
      expect(await (await download(String(file_id))).text()).toBe('report');
    },
  );

  test('are refused without bytes, twice, or for no file', async () => {
    const { upload_url, file_id } = await start();
    expect(await finish(file_id)).toMatchObject({ error: 'file_not_found' });
    await fetch(String(upload_url), { method: 'POST', body: 'report' });
    expect(await finish(file_id, { channel_id: GENERAL })).toMatchObject({
      error: 'not_in_channel',
    });
    expect(await finish(file_id)).toMatchObject({ ok: true });
    expect(await finish(file_id)).toMatchObject({ error: 'file_not_found' });
    expect(await rig.api('files.getUploadURLExternal', { filename: 'x' })).toMatchObject({
      response_metadata: { messages: ['[ERROR] missing required field: length'] },
    });
  });
});
