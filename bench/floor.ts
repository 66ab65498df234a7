/**
 * The smallest program that could do the same: a bare Bolt app in its own process. `/slurm` is acknowledged, and
 * nothing else; `/slurm list` is also one GET to Waldur and one POST to the response_url; `/slurm pipe URL` streams a
 * file from Slack to Waldur. It parses and posts the same data as ours.
 */
import { Readable } from 'node:stream';
import bolt from '@slack/bolt';
import { request } from 'undici';
import { listedRow } from '../src/api/records.ts';

const { SLACK_BOT_TOKEN = '', SLACK_APP_TOKEN = '', SLACK_API_URL = '' } = process.env;
const { WALDUR_URL = '', WALDUR_TOKEN = '', LIST_QUERY = '', LIST_BODY = '' } = process.env;
const { PROJECT = '', SERVICE_SETTINGS = '' } = process.env;
const form = {
  name: 'floor',
  project: `${WALDUR_URL}/api/projects/${PROJECT}/`,
  service_settings: `${WALDUR_URL}/api/service-settings/${SERVICE_SETTINGS}/`,
};
const headers = { authorization: `Token ${WALDUR_TOKEN}`, accept: 'application/json' };
const jobs = `${WALDUR_URL}/api/slurm-jobs/`;

const receiver = new bolt.SocketModeReceiver({
  appToken: SLACK_APP_TOKEN,
  installerOptions: { clientOptions: { slackApiUrl: SLACK_API_URL } },
});
const app = new bolt.App({
  receiver,
  authorize: async () => ({ botToken: SLACK_BOT_TOKEN, botId: 'B0', botUserId: 'U0' }),
});

app.command('/slurm', async ({ command, ack }) => {
  await ack();
  const [verb = '', argument = ''] = command.text.split(' ');
  if (verb === 'list') await list(command.response_url);
  if (verb === 'pipe') await pipe(argument);
});

async function list(responseUrl: string): Promise<void> {
  const answer = await request(`${jobs}?${LIST_QUERY}`, { headers });
  listedRow.array().parse(await answer.body.json());
  const posted = await request(responseUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: LIST_BODY,
  });
  await posted.body.dump();
}

async function pipe(url: string): Promise<void> {
  const source = await request(url, { headers: { authorization: `Bearer ${SLACK_BOT_TOKEN}` } });
  const answer = await request(jobs, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'multipart/form-data; boundary=floor' },
    body: Readable.from(around(source.body)),
  });
  await answer.body.dump();
}

/** A multipart body around the bytes of the file, streamed as they arrive. */
async function* around(bytes: AsyncIterable<Uint8Array>) {
  const part = (name: string) => `--floor\r\nContent-Disposition: form-data; name="${name}"`;
  const fields = Object.entries(form).map(([name, value]) => `${part(name)}\r\n\r\n${value}\r\n`);
  const file = `${part('file')}; filename="a.sh"\r\nContent-Type: text/plain\r\n\r\n`;
  yield Buffer.from(fields.join('') + file);
  yield* bytes;
  yield Buffer.from('\r\n--floor--\r\n');
}

await receiver.start();
process.stderr.write('- INFO started floor\n');
