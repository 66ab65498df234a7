import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import * as z from 'zod';
import { controlSlack } from '../../sandbox/slack/control.ts';
import { ANA, dmWith, JOBS } from '../../sandbox/slack/world.ts';
import { eventually, manifestFile } from './slack-setup.ts';

const readySchema = z.object({
  ready: z.literal(true),
  url: z.string(),
  apiUrl: z.string(),
  filesOrigin: z.string(),
  botToken: z.string(),
  appToken: z.string(),
  signingSecret: z.string(),
});

const pageSchema = z.object({ messages: z.array(z.object({ text: z.string() })) });

let child: ChildProcess;
afterEach(() => {
  child.kill('SIGKILL');
});

/** Starts main.ts and gives its first line, and all lines. */
async function start() {
  const args = ['sandbox/slack/main.ts', '--manifest', manifestFile()];
  child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  if (child.stdout === null) throw new Error('no stdout');
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const first = await eventually(() => lines[0]);
  return { ready: readySchema.parse(JSON.parse(first)), lines };
}

describe('the local Slack as a process', () => {
  test('prints its address and each event without secrets, and stops at SIGTERM', async () => {
    const { ready, lines } = await start();
    await controlSlack(ready.url).person(ANA).say(JOBS, 'hello');
    const line = await eventually(() => lines.find((one) => one.includes('act=say')));
    expect(line).toContain(`user=${ANA}`);
    const ledger = JSON.stringify(await controlSlack(ready.url).ledger());
    for (const secret of [ready.botToken, ready.appToken, ready.signingSecret])
      expect(lines.slice(1).join('\n') + ledger).not.toContain(secret);
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
  });

  test('serves Slack’s own client: uploads and pages', async () => {
    const { ready } = await start();
    const client = new WebClient(ready.botToken, { slackApiUrl: ready.apiUrl });
    const root = await client.chat.postMessage({ channel: dmWith(ANA), text: 'root' });
    const thread = { channel_id: dmWith(ANA), thread_ts: String(root.ts) };
    await client.filesUploadV2({
      ...thread,
      filename: 'r.txt',
      file: Buffer.from('a report'),
      title: 'Report',
    });
    for (const text of ['1', '2', '3'])
      await client.chat.postMessage({ channel: dmWith(ANA), text, thread_ts: String(root.ts) });
    const texts: unknown[] = [];
    const page = { channel: dmWith(ANA), ts: String(root.ts), limit: 2 };
    for await (const answer of client.paginate('conversations.replies', page))
      texts.push(...pageSchema.parse(answer).messages.map((one) => one.text));
    expect(texts).toEqual(['root', '', '1', '2', '3']);
    const [, shared] = await controlSlack(ready.url).person(ANA).screen('dm');
    expect(shared).toMatchObject({
      files: [{ name: 'r.txt', title: 'Report' }],
      thread_ts: root.ts,
    });
  });
});
