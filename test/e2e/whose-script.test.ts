import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ANA,
  ANA_AND_BEN,
  BEN,
  BOT,
  JOBS,
  PRIVATE_WITH_BOT,
  PRIVATE_WITHOUT_BOT,
} from '../../sandbox/slack/world.ts';
import { encode } from '../../src/views/intent.ts';
import {
  answer,
  connect,
  script,
  sees,
  seesModal,
  share,
  shown,
  startWorld,
  submitFrom,
  until,
  type World,
} from './world.ts';

/** Who may use a script, and what they get. rights.test.ts shows that nobody else may. */
let world: World;
const CLIMATE = 'climate-2026 · 41 % of CPU hours used';
const unknown = 'I know no such script that you may use';

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await Promise.all([connect(world, world.ana, 'ana'), connect(world, world.ben, 'ben')]);
});
afterEach(() => world.startOver());
afterAll(() => world.stop());

const query = (sql: string) => {
  const db = new DatabaseSync(join(world.directory, 'data', 'slurm.db'), { readOnly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
};
/** Slack's answer about a channel's members is believed for up to a minute. This asks again. */
async function restart() {
  await world.bot().stop();
  await world.startBot();
}
const jobNamed = (name: string) =>
  until(`the job ${name}`, async () =>
    (await world.waldur.jobs()).find((job) => job.name === name),
  );
const watched = (name: string) =>
  until(
    `the watch of ${name}`,
    async () => query(`SELECT * FROM watches WHERE name = '${name}'`)[0],
  );
const pressing = (value: string) => ({
  type: 'block_actions',
  actions: [{ type: 'button', action_id: 'do:Submit…', block_id: 'b', value, action_ts: '1.0' }],
});

describe('who submitted a script', () => {
  test('runs it again from anywhere, in their own direct message, as long as it is what they sent', async () => {
    const { ana, ben, slack } = world;
    await slack.setMembership(PRIVATE_WITH_BOT, BEN, true);
    await restart();
    const name = 'again';
    const content = script(name, 1);
    const text = `<@${BOT}>`;
    const prompt = await share(ana, PRIVATE_WITH_BOT, { name: 'again.sh', content, text });
    await submitFrom(ben, PRIVATE_WITH_BOT, prompt, { Allocation: CLIMATE });
    await jobNamed(name);
    await ben.closeModal();
    const [{ key, mark } = {}] = query(
      "SELECT key, submissions.id AS mark FROM scripts JOIN submissions ON script_id = scripts.id WHERE file_name = 'again.sh'",
    );
    await slack.setMembership(PRIVATE_WITH_BOT, BEN, false);
    const again = pressing(encode({ do: 'retry', mark: String(mark) }));
    const submit = { do: 'submit', script: String(key), convert: false, seenBy: null } as const;
    await restart();
    await ben.forge('dm', again);
    const form = await seesModal(ben, 'Allocation');
    expect(shown(form)).toContain('job-name=again');
    expect(shown(form)).toContain('Empty: your direct messages with the bot.');
    await ben.submit();
    await seesModal(ben, 'Submitted again');
    await ben.closeModal();
    await until(
      'it is followed in the direct message',
      async () =>
        query("SELECT * FROM watches WHERE name = 'again' AND channel LIKE 'D%'").length === 1,
    );

    expect(await slack.editFile(prompt.fileId, script('changed', 1))).toBe(true);
    for (const pressed of [again, pressing(encode(submit))]) {
      await ben.forge('dm', pressed);
      const told = await seesModal(ben, 'The file has changed since you submitted it');
      expect(shown(told)).not.toContain('job-name=changed');
      await ben.closeModal();
    }
    await slack.setMembership(PRIVATE_WITH_BOT, BEN, true);
  });
});

test('a channel that another organisation reads: its scripts are their sharers’ alone', async () => {
  const { ana, ben, slack } = world;
  const content = script('opened', 5);
  const prompt = await share(ana, JOBS, { name: 'opened.sh', content, text: `<@${BOT}>` });
  await slack.setShared(JOBS, true);
  await restart();
  await ben.click(JOBS, prompt.ts, 'Submit…');
  expect(shown(await seesModal(ben, unknown))).not.toContain('opened');
  await ben.closeModal();
  await ana.click(JOBS, prompt.ts, 'Submit…');
  await seesModal(ana, 'job-name=opened');
  await ana.closeModal();
  await slack.setShared(JOBS, false);
  await restart();
});

describe('DOS line endings', () => {
  test('that a second person converts are converted for them only', async () => {
    const { ana, ben } = world;
    const content = script('dos', 1).replaceAll('\n', '\r\n');
    const prompt = await share(ana, JOBS, { name: 'dos.sh', content, text: `<@${BOT}>` });
    const record = () => query("SELECT * FROM scripts WHERE file_name = 'dos.sh'");
    await until('the prompt is noted', async () => record()[0]?.prompt_changes === 0);
    const before = record();
    const own = await answer(ben, JOBS, () => ben.click(JOBS, prompt.ts, 'Convert line endings'));
    expect(own.ephemeral).toBe(true);
    expect(shown(own)).toContain('DOS line endings are converted before it is sent.');
    const still = (await ana.screen(JOBS)).find(({ ts }) => ts === prompt.ts);
    expect(still?.text).toContain('cannot be submitted as it is');
    expect(record()).toEqual(before);

    await ben.click(JOBS, own.ts, 'Submit…');
    await seesModal(ben, 'Allocation');
    await ben.suggest('Allocation', '');
    await ben.submit({ Allocation: CLIMATE });
    await jobNamed('dos');
    await ben.closeModal();
    await ana.shortcut('submit', JOBS, prompt.thread_ts ?? '');
    await seesModal(ana, 'cannot be submitted as it is');
    await ana.closeModal();
    expect(record()).toEqual(before);
  });
});

describe('a message shortcut proves that one sees the message', () => {
  test('between two people, where the bot cannot read the file: it says so', async () => {
    const { ana, ben } = world;
    const { ts } = await ana.say(ANA_AND_BEN, 'for you', {
      files: [{ name: 'between.sh', content: script('between', 3000) }],
    });
    await ben.shortcut('submit', ANA_AND_BEN, ts);
    await seesModal(ben, 'The bot cannot see this file');
    await ben.closeModal();
  });

  test('one of several files is chosen, by nobody else', async () => {
    const { ana, ben, guest, slack } = world;
    const files = ['one', 'two'].map((name) => ({
      name: `${name}.sh`,
      content: script(name, 3000),
    }));
    await slack.setMembership(PRIVATE_WITH_BOT, BEN, true);
    const { ts } = await ana.say(PRIVATE_WITH_BOT, 'both', { files });
    const choice = await answer(ben, PRIVATE_WITH_BOT, () =>
      ben.shortcut('submit', PRIVATE_WITH_BOT, ts),
    );
    await slack.setMembership(PRIVATE_WITH_BOT, BEN, false);
    const [{ key } = {}] = query("SELECT key FROM scripts WHERE file_name = 'two.sh'");
    const chosen = { do: 'submit', script: String(key), convert: false } as const;
    await ben.forge(JOBS, pressing(encode({ ...chosen, seenBy: BEN })));
    const form = await seesModal(ben, 'Allocation');
    expect(shown(form)).toContain('Shared by');
    expect(shown(choice)).toContain('Which file is to be submitted?');
    await ben.closeModal();
    await connect(world, guest, 'eve');
    await guest.forge(JOBS, pressing(encode({ ...chosen, seenBy: BEN })));
    await seesModal(guest, unknown);
    await guest.closeModal();
    await slack.setMembership(PRIVATE_WITH_BOT, BEN, true);
  });

  test('in a private channel without the bot it is the sharer’s alone otherwise', async () => {
    const { ana, ben } = world;
    const { ts } = await ana.say(PRIVATE_WITHOUT_BOT, 'inside', {
      files: [{ name: 'inside.sh', content: script('inside', 5) }],
    });
    await ana.shortcut('submit', PRIVATE_WITHOUT_BOT, ts);
    await seesModal(ana, 'The bot cannot see this file');
    await ana.closeModal();
    const [{ key } = {}] = query("SELECT key FROM scripts WHERE file_name = 'inside.sh'");
    const submit = { do: 'submit', script: String(key), convert: false, seenBy: null } as const;
    await ben.forge(JOBS, pressing(encode(submit)));
    await seesModal(ben, unknown);
    await ben.closeModal();
  });
});

test('a form opens before Slack is asked who is in the channel', async () => {
  const { ana, ben, slack } = world;
  const content = script('moment', 5);
  // A channel of its own: nobody has been asked about it yet.
  await slack.addChannel('C0MOMENT01', 'private', [ANA, BEN, BOT]);
  const prompt = await share(ana, 'C0MOMENT01', { name: 'moment.sh', content, text: `<@${BOT}>` });
  const { seq = 0 } = (await slack.ledger()).at(-1) ?? {};
  await ben.click('C0MOMENT01', prompt.ts, 'Submit…');
  await seesModal(ben, 'Allocation');
  await ben.closeModal();
  const calls = (await slack.ledger(seq)).flatMap(({ kind, method }) =>
    kind === 'api' ? [String(method)] : [],
  );
  // A card of an earlier test may be edited in the meantime.
  const asked = calls.filter((call) => /^(views\.open|users\.|conversations\.)/.test(call));
  expect(asked[0]).toBe('views.open');
  expect(asked).toContain('users.conversations');
});

test.each([
  'submit #1',
  'convert #1',
  'list --older d2035c217d01467ba3a1309afa2bf5c3@1764011520000@120',
  'connect then submit #17',
  '',
  '{"do":"submit","script":1}',
])('a button of the earlier version: %s', async (value) => {
  const told = await answer(world.ana, JOBS, () => world.ana.forge(JOBS, pressing(value)));
  expect(told.text).toBe('This button is from an older version; share the script again.');
  expect(told.ephemeral).toBe(true);
});

test('a form of the earlier version says so', async () => {
  const view = {
    id: 'V0FORGED01',
    type: 'modal',
    callback_id: 'submit',
    private_metadata: '{"mark":"0123456789ab","script":1,"sha256":""}',
    state: { values: {} },
  };
  const { body } = await world.ana.forge('dm', { type: 'view_submission', view });
  expect(JSON.stringify(body)).toContain('This form is from an older version; open it again.');
});

test('what a person follows in another’s thread changes nothing for that one', async () => {
  const { ana, ben, waldur } = world;
  await waldur.addJobs([
    {
      cluster: 'Hydra',
      project: 'climate',
      user: 'ben',
      state: 'OK',
      name: 'of-ben',
      backend_id: '811',
    },
  ]);
  const content = script('of-ana', 3000);
  const prompt = await share(ana, JOBS, { name: 'of-ana.sh', content, text: `<@${BOT}>` });
  await submitFrom(ana, JOBS, prompt, { Allocation: CLIMATE });
  await ana.closeModal();
  await sees(ana, JOBS, /^\S+ of-ana — Running/);
  const thread = { thread_ts: prompt.thread_ts ?? '' };
  await ben.say(JOBS, `<@${BOT}> follow 811`, thread);
  await watched('of-ben');
  const bare = (person: typeof ana) =>
    answer(person, JOBS, () => person.say(JOBS, `<@${BOT}> show`, thread), / of-(ana|ben) — /);
  await sees(ana, JOBS, /^\S+ of-ben — /);
  expect((await bare(ana)).text).toMatch(/^\S+ of-ana — /);
  expect((await bare(ben)).text).toMatch(/^\S+ of-ben — /);
});

test('what is followed in a direct message is followed in the person’s own', async () => {
  const { ana, waldur } = world;
  await waldur.addJobs([
    {
      cluster: 'Hydra',
      project: 'bio',
      user: 'ana',
      state: 'OK',
      name: 'own-dm',
      backend_id: '812',
    },
  ]);
  await ana.command(ANA_AND_BEN, '/slurm follow 812');
  await sees(ana, 'dm', /^\S+ own-dm — /);
  expect((await watched('own-dm')).channel).toMatch(/^D/);
  expect((await watched('own-dm')).channel).not.toBe(ANA_AND_BEN);
});

test('no answer goes to a response_url that is not Slack’s', async () => {
  const { ana, tokens } = world;
  let reached = 0;
  const elsewhere = createServer((_request, response) => {
    reached += 1;
    response.end('ok');
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  const address = elsewhere.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const [{ user } = {}] = query("SELECT user FROM accounts WHERE username = 'ana'");
  const view = {
    id: 'V0FORGED01',
    type: 'modal',
    callback_id: 'connect',
    private_metadata: encode({
      form: 'connect',
      user: String(user),
      channel: JOBS,
      threadTs: null,
      direct: false,
      responseUrl: `http://127.0.0.1:${port}/elsewhere`,
      next: { do: 'whoami' },
      proposed: null,
    }),
    state: { values: { token: { token: { value: tokens.ana } } } },
  };
  const told = await answer(
    ana,
    JOBS,
    () => ana.forge(JOBS, { type: 'view_submission', view }),
    /^You are/,
  );
  expect(told.ephemeral).toBe(true);
  expect(reached).toBe(0);
  elsewhere.close();
});
