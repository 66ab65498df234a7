import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ANA_AND_BEN, GENERAL, JOBS, PRIVATE_WITHOUT_BOT } from '../../sandbox/slack/world.ts';
import { commands } from '../../src/commands/index.ts';
import { helpEntries } from '../../src/interaction/run.ts';
import {
  answer,
  asksWaldur,
  connect,
  refIn,
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

let world: World;
const BIO = { cluster: 'Hydra', project: 'bio', user: 'ana', state: 'OK' } as const;
const GPU = 'bio-gpu · 82 % of GPU hours used';

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await world.waldur.addJobs([{ ...BIO, name: 'worded', backend_id: '701' }]);
});
afterEach(() => world.startOver());
afterAll(() => world.stop());

describe('help', () => {
  test.each(['', 'help', '?', 'HELP'])('/slurm %s lists every command', async (words) => {
    const help = await slurm(world.ana, JOBS, words);
    expect(help.text).toBe('What /slurm can do');
    expect(help.ephemeral).toBe(true);
    for (const { usage } of helpEntries(commands)) {
      expect(shown(help)).toContain(usage.replace(/</g, '&lt;').replace(/>/g, '&gt;'));
    }
  });

  test.each([
    ['lits', 'There is no `lits`. Did you mean `list`?'],
    ['Sumbit x', 'There is no `Sumbit`. Did you mean `submit`?'],
    ['frobnicate', 'There is no `frobnicate`.'],
    ['<!channel>', 'There is no `&lt;!channel&gt;`.'],
    ['dismiss', 'There is no `dismiss`.'],
    ['retry 0123456789ab', 'There is no `retry`.'],
    ['convert #1', 'There is no `convert`. Did you mean `connect`?'],
  ])('/slurm %s', async (words, expected) => {
    const told = await slurm(world.ana, JOBS, words);
    if (typeof expected === 'string') expect(told.text).toBe(expected);
    else expect(told.text).toMatch(expected);
  });
});

describe('an account', () => {
  test('without one, a command offers to connect, asks Waldur nothing, and is done afterwards', async () => {
    const { ana } = world;
    const asked = await asksWaldur(world, async () => {
      const offer = await slurm(ana, JOBS, 'list worded');
      expect(offer.text).toBe('Connect your Waldur account to list your jobs.');
      await ana.click(JOBS, offer.ts, 'Connect…');
      await seesModal(ana, 'Waldur API token');
    });
    expect(asked).toEqual([]);
    const list = await answer(ana, JOBS, async () => {
      await ana.submit({ 'Waldur API token': world.tokens.ana ?? '' });
      await seesModal(
        ana,
        /Connected to Waldur as Ana [A-Z]\w+ \(ana\)\. Going on with what you wanted\./,
      );
    });
    expect(list.text).toMatch(/^\*Your jobs\* · “worded” · 1–1 of 1 · as of /);
    expect(list.ephemeral).toBe(true);
    await ana.closeModal();
  });

  test('the form leads to the page with the token, and the details to the page of the job', async () => {
    const { ana } = world;
    await ana.command(JOBS, '/slurm connect');
    const form = await seesModal(ana, 'Waldur API token');
    expect(JSON.stringify(form)).toContain(
      '"url":"https://portal.waldur.example/profile/api-key/"',
    );
    await ana.submit({ 'Waldur API token': world.tokens.ana ?? '' });
    await seesModal(ana, 'Connected to Waldur as');
    await ana.clickInModal('My jobs');
    await seesModal(ana, '*worded*');
    await ana.closeModal();
    const told = await slurm(ana, 'dm', 'show worded');
    expect(JSON.stringify(told.blocks)).toMatch(
      /"url":"https:\/\/portal\.waldur\.example\/projects\/[0-9a-f]{32}\/"/,
    );
    const asked = await asksWaldur(world, () => ana.click('dm', told.ts, 'Open in Waldur'));
    expect(asked).toEqual([]);
  });

  test('whoami asks Waldur', async () => {
    await connect(world, world.ana, 'ana');
    const told = await slurm(world.ana, JOBS, 'whoami');
    expect(told.text).toMatch(
      /^You are Ana \w+ \(ana, `ana@\S+`\) in Waldur at http:\/\/127\.0\.0\.1:\d+\.$/,
    );
    expect(shown(told)).toContain('following 0 jobs for you');
  });

  test('usage tells what is left of each allocation', async () => {
    await connect(world, world.ana, 'ana');
    const told = await slurm(world.ana, JOBS, 'usage');
    expect(told.text).toMatch(/^bio-gpu: 82 % of [\d,]+ GPU hours used, [\d,]+ left/m);
    expect(shown(told)).toContain('▰▰▰▰▰▰▰▰▱▱ 82 % of');
  });

  test('disconnect deletes the token, and connect links it again', async () => {
    const { ana } = world;
    await connect(world, ana, 'ana');
    const told = await slurm(ana, 'dm', 'logout');
    expect(told.text).toBe(
      'Disconnected: your token is deleted here. Revoke it in Waldur as well if nobody else uses it.',
    );
    expect((await slurm(ana, 'dm', 'whoami')).text).toBe(
      'Connect your Waldur account to see who you are there.',
    );
    await ana.click('dm', told.ts, 'Connect…');
    await seesModal(ana, 'Waldur API token');
    await ana.submit({ 'Waldur API token': ` ${world.tokens.ana} ` });
    await seesModal(ana, /Connected to Waldur as Ana \w+ \(ana\)\./);
    await ana.closeModal();
    expect((await slurm(ana, 'dm', 'whoami')).text).toMatch(/^You are Ana/);
  });

  test('a token written behind connect is not taken', async () => {
    const told = await slurm(world.ana, 'dm', `connect ${world.tokens.ana}`);
    expect(told.text).toMatch(/^That looks like a token, and a message is no place for it/);
    expect(told.text).not.toContain(world.tokens.ana);
    expect(await world.ana.modal()).toBeNull();
  });

  test('someone else’s account is not mine', async () => {
    await connect(world, world.ana, 'ana');
    const told = await slurm(world.guest, JOBS, 'list');
    expect(told.text).toBe('Connect your Waldur account to list your jobs.');
  });
});

describe('words to the bot', () => {
  beforeEach(() => connect(world, world.ana, 'ana'));

  test('in a direct message are the same commands, and stay', async () => {
    const { ana } = world;
    const list = await answer(ana, 'dm', () => ana.say('dm', 'list worded'));
    expect(list.text).toMatch(/^\*Your jobs\* · “worded” · 1–1 of 1 · as of /);
    expect(list.ephemeral).toBe(false);
    const job = await answer(ana, 'dm', () => ana.choose('dm', list.ts, 'Details'));
    expect(job.text).toMatch(/^\S+ worded — Submitted/);
  });

  test('after a mention in a channel answer only the person', async () => {
    const { ana, ben } = world;
    const job = await answer(ana, JOBS, () => ana.say(JOBS, 'hey <@U0SLURMBOT> show 701'));
    expect(job.text).toMatch(/^\S+ worded — Submitted/);
    const again = await answer(ana, JOBS, () => ana.say(JOBS, '<@U0SLURMBOT>  show 701 '));
    expect(again.text).toMatch(/^\S+ worded — Submitted/);
    expect(again.ephemeral).toBe(true);
    expect((await ben.screen(JOBS)).map(({ text }) => text)).not.toContainEqual(
      expect.stringMatching(/ worded — /),
    );
  });

  test('a mention alone gets the help', async () => {
    const { ana } = world;
    const help = await answer(ana, JOBS, () => ana.say(JOBS, '<@U0SLURMBOT>'));
    expect(help.text).toBe('What /slurm can do');
  });

  test.each([
    ['connect', 'Waldur API token'],
    ['submit', 'Batch script'],
    ['delete 701', 'Remove worded (`701`) from Waldur?'],
  ])('"%s" needs a form: a message answers with a button', async (words, inModal) => {
    const { ana } = world;
    const told = await answer(ana, 'dm', () => ana.say('dm', words));
    expect(told.text).toBe('This needs a form: press the button.');
    await ana.click('dm', told.ts, 'Open…');
    await seesModal(ana, inModal);
    await ana.closeModal();
  });

  test('arrive twice and are answered once', async () => {
    const { ana, slack } = world;
    await answer(ana, 'dm', () => ana.say('dm', 'show worded once'));
    const before = await ana.screen('dm');
    const delivery = (await slack.ledger()).findLast(({ type }) => type === 'events_api');
    expect(await slack.redeliver(eventId(delivery))).toBe(true);
    await answer(ana, 'dm', () => ana.say('dm', 'whoami'));
    expect(await ana.screen('dm')).toHaveLength(before.length + 2);
  });
});

function eventId(delivery: Record<string, unknown> | undefined): string {
  const { payload } = delivery ?? {};
  const has = typeof payload === 'object' && payload !== null && 'event_id' in payload;
  return has ? String(payload.event_id) : '';
}

describe('submitting', () => {
  beforeEach(() => connect(world, world.ana, 'ana'));

  test('with the upload field: the name comes from the script, the card goes to the direct message', async () => {
    const { ana, waldur } = world;
    await ana.command(JOBS, '/slurm submit');
    await seesModal(ana, 'Batch script');
    await ana.suggest('Allocation', 'bio gpu');
    const content = script('uploaded', 5);
    await ana.submit({
      'Batch script': [{ name: 'job.sh', content }],
      Allocation: GPU,
      Description: 'by hand',
    });
    await seesModal(ana, 'Submitted uploaded. Its card follows it.');
    await ana.closeModal();
    const card = await sees(ana, 'dm', /^\S+ uploaded — /);
    expect(card.ephemeral).toBe(false);
    const job = (await waldur.jobs()).find(({ name }) => name === 'uploaded');
    expect(job?.description).toMatch(/^by hand\s+Submitted from Slack · [0-9a-f]{12}$/);
  });

  test('with the upload field, followed in the chosen conversation', async () => {
    const { ana, ben } = world;
    await ana.command('dm', '/slurm run');
    await seesModal(ana, 'Batch script');
    await ana.suggest('Allocation', '');
    await ana.submit({
      'Batch script': [{ name: 'chosen.sh', content: script('chosen', 5) }],
      Name: 'chosen by me',
      Allocation: GPU,
      'Follow it in': JOBS,
    });
    await seesModal(ana, 'Submitted chosen by me.');
    await ana.closeModal();
    const card = await sees(ben, JOBS, /^\S+ chosen by me — /);
    expect(card.thread_ts).toBeUndefined();
    await sees(ben, JOBS, /<@U0ANA00001> chosen by me completed/);
  });

  test('that Waldur refused after the form was closed: Submit again… brings it back, filled in', async () => {
    const { ana, waldur } = world;
    const prompt = await share(ana, 'dm', { name: 'retry.sh', content: script('retry', 5) });
    await ana.click('dm', prompt.ts, 'Submit…');
    await seesModal(ana, 'Allocation');
    await ana.suggest('Allocation', '');
    await waldur.setRole('ana', 'bio', null);
    await waldur.fault({ match: { method: 'POST' }, kind: 'slow', ms: 400 });
    const told = await answer(
      ana,
      'dm',
      async () => {
        await ana.submit({ Name: 'tried', Description: 'why', Allocation: GPU });
        await ana.closeModal();
      },
      /^tried: /,
    );
    expect(told.text).toBe(
      `tried: You may no longer use this allocation. Nothing was submitted. Choose another one. (ref ${refIn(told.text)})`,
    );
    await waldur.setRole('ana', 'bio', 'PROJECT.ADMIN');
    await ana.click('dm', told.ts, 'Submit again…');
    const form = await seesModal(ana, '"initial_value":"tried"');
    expect(shown(form)).toContain('"initial_value":"why"');
    await ana.submit();
    await seesModal(ana, 'Submitted tried.');
    await ana.closeModal();
    expect((await waldur.jobs()).filter(({ name }) => name === 'tried')).toHaveLength(1);
  });

  test('however slow Waldur is: the form opens at once, and is filled in when it answers', async () => {
    const { ana, waldur } = world;
    await waldur.fault({ match: { path: '/slurm-allocations/' }, kind: 'slow', ms: 3500 });
    const { ok } = await ana.command(JOBS, '/slurm submit');
    expect(ok).toBe(true);
    await seesModal(ana, 'Reading your allocations…');
    await seesModal(ana, 'Batch script');
    await ana.closeModal();
  });

  test('by the message shortcut, in the thread of that message', async () => {
    const { ana, ben } = world;
    const { ts } = await ben.say(JOBS, 'look', {
      files: [{ name: 'short.sh', content: script('short', 5) }],
    });
    await ana.shortcut('submit', JOBS, ts);
    const modal = await seesModal(ana, 'Allocation');
    expect(shown(modal)).toContain('Shared by <@U0BEN00001>. It will run as you.');
    expect(shown(modal)).toContain('*short.sh* · ');
    await ana.suggest('Allocation', '');
    await ana.submit({ Allocation: GPU });
    await seesModal(ana, 'Submitted short.');
    await ana.closeModal();
    const card = await sees(ben, JOBS, /^\S+ short — /);
    expect(card.thread_ts).toBe(ts);
  });

  test('by the message shortcut on a message with several files: which one?', async () => {
    const { ana } = world;
    const { ts } = await ana.say(JOBS, 'two', {
      files: [
        { name: 'one.sh', content: script('one', 5) },
        { name: 'two.sh', content: script('two', 5) },
      ],
    });
    const choice = await answer(ana, JOBS, () => ana.shortcut('submit', JOBS, ts));
    expect(choice.text).toBe('Which file is to be submitted?');
    await ana.choose(JOBS, choice.ts, 'two.sh');
    await seesModal(ana, '*two.sh* · ');
    await ana.closeModal();
  });

  test('by the message shortcut on a message without a file', async () => {
    const { ana } = world;
    const { ts } = await ana.say(JOBS, 'only words');
    const told = await answer(ana, JOBS, () => ana.shortcut('submit', JOBS, ts));
    expect(told.text).toBe(
      'That message has no file and no code block. Upload the batch script, or use /slurm submit.',
    );
    expect(told.ephemeral).toBe(true);
  });

  test.each([
    ['a private channel', PRIVATE_WITHOUT_BOT],
    ['the messages of two people', ANA_AND_BEN],
  ])(
    'by the message shortcut in %s without the bot: it cannot see the file',
    async (_what, channel) => {
      const { ana } = world;
      const { ts } = await ana.say(channel, 'here', {
        files: [{ name: 'hidden.sh', content: script('hidden', 5) }],
      });
      await ana.shortcut('submit', channel, ts);
      const modal = await seesModal(
        ana,
        'The bot cannot see this file. In a private channel, invite it with /invite `@Slurm`, or send it the file directly.',
      );
      expect(world.bot().lines.filter((line) => line.includes(refIn(shown(modal))))).toHaveLength(
        1,
      );
      await ana.closeModal();
    },
  );

  test('by the message shortcut in a public channel without the bot: the direct message follows it', async () => {
    const { ana } = world;
    const { ts } = await ana.say(GENERAL, 'here', {
      files: [{ name: 'public.sh', content: script('public', 5) }],
    });
    await ana.shortcut('submit', GENERAL, ts);
    await seesModal(ana, 'Allocation');
    await ana.suggest('Allocation', '');
    await ana.submit({ Allocation: GPU });
    await seesModal(ana, 'Submitted public.');
    await ana.closeModal();
    const card = await sees(ana, 'dm', /^\S+ public — /);
    expect(shown(card)).toContain(`The bot cannot post in <#${GENERAL}> (\`not_in_channel\`)`);
  });

  test('the allocation used last is filled in, the others are found by a part of any word', async () => {
    const { ana } = world;
    const first = await share(ana, 'dm', { name: 'first.sh', content: script('first', 5) });
    await submitFrom(ana, 'dm', first);
    await seesModal(ana, 'Submitted first.');
    await ana.closeModal();
    const prompt = await share(ana, 'dm', { name: 'usual.sh', content: script('usual', 5) });
    await ana.click('dm', prompt.ts, 'Submit…');
    const modal = await seesModal(ana, 'Allocation');
    expect(shown(modal)).toContain(`"initial_option":{"text":{"type":"plain_text","text":"${GPU}"`);
    const labels = async (query: string) =>
      (await ana.suggest('Allocation', query)).map(({ text }) => text.text);
    expect(await labels('CLIM')).toEqual(['climate-2026 · 41 % of CPU hours used']);
    expect(await labels('hydra bio')).toEqual([GPU]);
    expect(await labels('nowhere')).toEqual([]);
    await ana.submit();
    await seesModal(ana, 'Submitted usual.');
    await ana.closeModal();
  });

  test('Dismiss puts the prompt away, for the person who shared it only', async () => {
    const { ana, ben } = world;
    await connect(world, ben, 'ben');
    const prompt = await share(ana, JOBS, {
      name: 'away.sh',
      content: script('away', 5),
      text: '<@U0SLURMBOT>',
    });
    const told = await answer(ben, JOBS, () => ben.click(JOBS, prompt.ts, 'Dismiss'));
    expect(told.text).toMatch(/^Only the person who shared it can put it away\. \(ref \w+\)$/);
    await ana.click(JOBS, prompt.ts, 'Dismiss');
    const gone = await sees(ben, JOBS, /^Put away\.$/);
    expect(gone.ts).toBe(prompt.ts);
    expect(shown(gone)).not.toContain('"button"');
  });
});

describe('a mention with a file', () => {
  beforeEach(() => connect(world, world.ana, 'ana'));

  test('that comes without its files is found by the id in its text', async () => {
    const { ana } = world;
    const text = '<@U0SLURMBOT>';
    const files = [{ name: 'hinted.sh', content: script('hinted', 5) }];
    const { ts } = await ana.say(JOBS, text, { files, mentionWithoutFiles: true });
    const prompt = await sees(ana, JOBS, 'hinted.sh is ready to submit as "hinted"');
    expect(prompt.thread_ts).toBe(ts);
  });

  test('that is redelivered has one prompt', async () => {
    const { ana, slack } = world;
    await slack.fault({ method: 'delivery', kind: 'redeliver', match: 'again.sh' });
    const { ts } = await ana.say(JOBS, '<@U0SLURMBOT>', {
      files: [{ name: 'again.sh', content: script('again', 5) }],
    });
    await sees(ana, JOBS, 'again.sh is ready to submit as "again"');
    expect((await slack.faultsFired()).map(({ kind }) => kind)).toContain('redeliver');
    await answer(ana, JOBS, () => ana.say(JOBS, '<@U0SLURMBOT> whoami'));
    const thread = (await ana.screen(JOBS)).filter((seen) => seen.thread_ts === ts);
    expect(thread.filter((seen) => seen.ts !== ts)).toHaveLength(1);
  });
});

test('the thread’s job answers to the words of the thread, whoever asks', async () => {
  const { ana, ben } = world;
  await Promise.all([connect(world, ana, 'ana'), connect(world, ben, 'ben')]);
  const prompt = await share(ben, JOBS, {
    name: 'theirs.sh',
    content: script('theirs', 600, '# sandbox: queue 600'),
    text: '<@U0SLURMBOT>',
  });
  await submitFrom(ben, JOBS, prompt, { Allocation: 'climate-2026 · 41 % of CPU hours used' });
  await seesModal(ben, 'Submitted theirs.');
  await ben.closeModal();
  await sees(ana, JOBS, /^\S+ theirs — Queued/);
  const job = await answer(ana, JOBS, () =>
    ana.say(JOBS, '<@U0SLURMBOT> show', { thread_ts: prompt.thread_ts ?? '' }),
  );
  expect(job.text).toMatch(/^\S+ theirs — /);
  expect(job.thread_ts).toBe(prompt.thread_ts);
});
