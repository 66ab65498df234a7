import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ANA, BOT, JOBS } from '../../sandbox/slack/world.ts';
import {
  answer,
  connect,
  script,
  sees,
  seesModal,
  share,
  shown,
  slurm,
  startWorld,
  submitFrom,
  type World,
} from './world.ts';

/** Names from everywhere that would ping, link, format or turn the text around. */
let world: World;
const BIO = { cluster: 'Hydra', project: 'bio', user: 'ana', state: 'OK' } as const;
const TURN = '\u202e';
const HOSTILE = `<!channel> \`rm\` <@U0BEN00001> *b* ${TURN}cod.hs`;
/** As mrkdwn shows it: code, since bold or emphasis would format it. */
const AS_CODE = "`&lt;!channel&gt; 'rm' &lt;@U0BEN00001&gt; *b* cod.hs`";
const LONG = 'n'.repeat(10_000);
let hostile: string;
let long: string;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await connect(world, world.ana, 'ana');
  const added = await world.waldur.addJobs([
    {
      ...BIO,
      name: HOSTILE,
      description: HOSTILE,
      backend_id: '971',
      runtime_state: 'PENDING',
      report: HOSTILE.repeat(100),
      error_message: HOSTILE,
    },
    { ...BIO, name: LONG, description: LONG, backend_id: '972', error_message: LONG, report: LONG },
  ]);
  [hostile = '', long = ''] = added;
});
afterEach(async () => {
  const pinged = await pings();
  await world.startOver();
  expect(pinged).toEqual([]);
});
afterAll(() => world.stop());

test('in a list', async () => {
  const list = await slurm(world.ana, JOBS, 'list');
  expect(shown(list)).toContain(`⏳ ${AS_CODE} — Queued\\n\`971\` · bio`);
  expect(shown(list)).toContain(`📤 *${'n'.repeat(99)}…* — Submitted\\n\`972\` · bio`);
});

test('in what a list was searched for', async () => {
  const list = await slurm(world.ana, JOBS, `list ${HOSTILE}`);
  expect(list.text).toContain(`*Your jobs* · ${AS_CODE} · 1–1 of 1`);
});

test.each([
  ['hostile', () => hostile, AS_CODE],
  ['long', () => long, `${'n'.repeat(99)}…`],
])('in everything about a job: %s', async (_what, uuid, name) => {
  const job = await slurm(world.ana, JOBS, `show ${uuid()}`);
  expect(job.text).toMatch(/ — (Queued|Submitted)(\n|$)/);
  expect(job.text.includes(` ${name} — `)).toBe(true);
});

test('in a menu of jobs', async () => {
  const { ana } = world;
  const choice = await slurm(ana, JOBS, 'show');
  expect(shown(choice)).toMatch(/"<!channel> `rm` <@U0BEN00001> \*b\* cod\.hs · 971 · /);
  const label = /"(n+… · 972 · [^"]+)"/.exec(shown(choice))?.[1] ?? '';
  expect(label).toHaveLength(75);
  await answer(ana, JOBS, () => ana.choose(JOBS, choice.ts, label), /^📤 n+… — Submitted/);
});

test('in the form that asks before a record is deleted', async () => {
  const { ana } = world;
  await ana.command(JOBS, `/slurm delete ${hostile}`);
  await seesModal(ana, `Remove ${AS_CODE} (\`971\`) from Waldur?`);
  await ana.closeModal();
  await ana.command(JOBS, `/slurm delete ${long}`);
  await seesModal(ana, `Remove ${'n'.repeat(99)}… (\`972\`) from Waldur?`);
  await ana.closeModal();
});

test('on a card, in its replies, and in what notifications say', async () => {
  const { ana, ben, waldur } = world;
  const told = await slurm(ana, JOBS, `follow ${hostile}`);
  expect(told.text).toBe(`Following ${AS_CODE} here.`);
  await sees(ben, JOBS, `⏳ ${AS_CODE} — Queued`);
  await waldur.setJob(hostile, { runtime_state: 'RUNNING' });
  await sees(ben, JOBS, / started/);
  await waldur.setJob(hostile, { runtime_state: 'COMPLETED' });
  const end = await sees(ben, JOBS, /^✅ <@.* completed/);
  expect(end.text.startsWith(`✅ <@${ANA}> ${AS_CODE} completed`)).toBe(true);
  expect(await mentioned()).toEqual([ANA]);
});

test('of a file, and of the job in it, in prompt, form and card', async () => {
  const { ana } = world;
  const content = script('x', 1).replace('=x', `="${HOSTILE.replaceAll('`', '')}"`);
  const prompt = await share(ana, 'dm', { name: `${HOSTILE}.sh`, content });
  expect(prompt.text).toContain(`${AS_CODE.slice(0, -1)}.sh\` is ready`);
  await submitFrom(ana, 'dm', prompt, { Name: HOSTILE });
  await seesModal(ana, `Submitted ${AS_CODE}.`);
  await ana.closeModal();
  await sees(ana, 'dm', `${AS_CODE} — `);
});

test('of 1,000 characters, which Slurm accepts, is cut to Waldur’s limit', async () => {
  const { ana, waldur } = world;
  const content = script('n'.repeat(1000), 1);
  const prompt = await share(ana, 'dm', { name: 'long.sh', content });
  await submitFrom(ana, 'dm', prompt);
  await seesModal(ana, /Submitted n+…\./);
  await ana.closeModal();
  expect((await waldur.jobs()).map(({ name }) => name)).toContain('n'.repeat(150));
});

/** The people whom the bot pinged. */
async function mentioned(): Promise<unknown[]> {
  const ledger = await world.slack.ledger();
  const ofBot = ledger.filter(({ kind, user }) => kind === 'message' && user === BOT);
  return ofBot.flatMap(({ mentions }) => (Array.isArray(mentions) ? mentions : []));
}

/** The parts of the bot's messages that pinged anybody but the waiting person, or turned the text around. */
async function pings(): Promise<unknown[]> {
  const sent = (await world.slack.ledger()).filter(
    ({ kind }) => kind === 'api' || kind === 'response_url',
  );
  const texts = sent.flatMap(({ args }) => mrkdwn(args));
  return [
    ...(await mentioned()).filter((user) => user !== ANA),
    ...texts.filter((text) => /<(!channel|@U0BEN)/.test(text) || text.includes(TURN)),
  ];
}

/** Whatever Slack reads as mrkdwn: the text of messages, and elements of that type. */
function mrkdwn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwn);
  if (typeof value !== 'object' || value === null) return [];
  const isPlain = 'type' in value && value.type === 'plain_text';
  const own = 'text' in value && typeof value.text === 'string' && !isPlain ? [value.text] : [];
  return [...own, ...Object.values(value).flatMap(mrkdwn)];
}
