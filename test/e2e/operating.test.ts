import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { botEnvironment, startNode } from '../../sandbox/processes.ts';
import {
  connect,
  script,
  sees,
  share,
  startWorld,
  submitFrom,
  until,
  type World,
} from './world.ts';

let world: World;
let pages: string;
beforeAll(async () => {
  world = await startWorld({ environment: { METRICS_PORT: '0' } });
  pages = /url=(\S+)/.exec(await lineWith('operator pages'))?.[1] ?? '';
});
afterAll(() => world.stop());

const lineWith = (text: string) =>
  until(text, async () => world.bot().lines.find((line) => line.includes(text)));

async function page(path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${pages}${path}`);
  return { status: response.status, text: await response.text() };
}

/** A sample's value; null if there is none. */
async function sample(name: string): Promise<number | null> {
  const { text } = await page('/metrics');
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? null : Number(line.slice(name.length + 1));
}

test('a job from its script to its end is counted, and nobody is named', async () => {
  const { ana } = world;
  await connect(world, ana, 'ana');
  const prompt = await share(ana, 'dm', { name: 'zebra.sh', content: script('zebra', 1) });
  await submitFrom(ana, 'dm', prompt);
  await sees(ana, 'dm', 'zebra completed');

  await until('the counts', async () => {
    const posts = await sample('slurmbot_slack_calls_total{method="chat.postMessage",result="ok"}');
    const done = await sample('slurmbot_submissions{outcome="accepted"}');
    const owed = await sample('slurmbot_owed_messages{kind="reply"}');
    return (posts ?? 0) > 0 && done === 1 && owed === 0;
  });
  expect(await sample('slurmbot_waldur_requests_total{code="201"}')).toBe(1);
  expect(await sample('slurmbot_followed_jobs{phase="running"}')).toBe(0);
  expect(await sample('slurmbot_waldur_request_duration_seconds_count')).toBeGreaterThan(0);
  expect(await sample('slurmbot_sweep_duration_seconds_count')).toBeGreaterThan(0);
  expect(await sample('slurmbot_oldest_owed_message_age_seconds{kind="reply"}')).toBe(0);
  expect(await sample('process_resident_memory_bytes')).toBeGreaterThan(0);

  const { text } = await page('/metrics');
  expect(text).not.toMatch(/zebra|\bana\b|\bbio\b|\b[UCDTG][A-Z0-9]{8,}\b|[0-9a-f]{32}/);
});

test('it is ready while Slack’s socket is open, and alive without', async () => {
  await until('ready', async () => (await page('/readyz')).status === 200);
  expect(await page('/readyz')).toEqual({ status: 200, text: 'database: ok\nslack: ok\n' });
  await world.slack.dropSockets();
  const unready = await until('not ready', async () => {
    const seen = await page('/readyz');
    return seen.status === 503 && (await sample('slurmbot_slack_connected')) === 0 && seen;
  });
  expect(unready.text).toBe('database: ok\nslack: not ready\n');
  expect((await page('/livez')).status).toBe(200);
  await until('ready again', async () => (await page('/readyz')).status === 200);
});

test.each([
  ['METRICS_PORT', {}],
  ['PORT', { SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: 'a-signing-secret' }],
])('an occupied %s gives a sentence, and the bot does not start', async (name, more) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const settings = {
    ...botEnvironment(world.slackReady, world.waldurReady),
    DATABASE_URL: `sqlite:${world.directory}/other/slurm.db`,
    ...more,
    [name]: String(port),
  };
  const app = new URL('../../src/app.ts', import.meta.url).pathname;
  const started = startNode([app], settings, world.directory);
  const [code] = await once(started.process, 'close');
  other.close();
  expect(code).toBe(1);
  expect(started.lines.at(-1)).toBe(
    `The bot did not start: Nothing can be served on port ${port} of 127.0.0.1: another program uses it. Stop that one, or give ${name} another number.`,
  );
});
