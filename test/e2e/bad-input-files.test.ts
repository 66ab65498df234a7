import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { GENERAL, JOBS, PRIVATE_WITHOUT_BOT } from '../../sandbox/slack/world.ts';
import {
  answer,
  connect,
  goesWrong,
  script,
  sees,
  seesModal,
  share,
  shown,
  startWorld,
  type World,
} from './world.ts';

/** Files that cannot be read, or are not what they seem. Nothing is ever followed or sent in this world. */
let world: World;
const GPU = 'bio-gpu · 82 % of GPU hours used';
const login =
  'Slack answered with a web page instead of the file: the bot may not read files here (scope files:read). Tell the people who run it.';
const unavailable =
  'Slack did not hand the file over. Nothing was submitted; try again in a minute.';
const deleted = 'The file has been deleted in Slack. Share it again.';

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => connect(world, world.ana, 'ana'));
afterEach(async () => {
  const posts = (await world.waldur.requests()).filter(({ method }) => method === 'POST');
  await world.startOver();
  expect(posts).toEqual([]);
});
afterAll(() => world.stop());

test.each<['html' | 'cut' | 'http500' | 'ratelimited', string]>([
  ['html', login],
  ['cut', unavailable],
  ['http500', unavailable],
  ['ratelimited', unavailable],
])('Slack answers %s for a file that arrives', async (kind, sentence) => {
  await world.slack.fault({ method: 'files.download', kind });
  const name = `${kind}.sh`;
  const wrong = await goesWrong(world, () =>
    share(world.ana, 'dm', { name, content: script('x', 1) }),
  );
  expect(wrong.told).toBe(`${name} could not be read. ${sentence}`);
  expect(wrong.lines).toEqual([expect.stringMatching(/ WARN script not read ref=/)]);
  expect(wrong.asked).toEqual([]);
  expect((await world.slack.faultsFired()).at(-1)?.kind).toBe(kind);
});

test('a file of another place is only linked', async () => {
  const wrong = await goesWrong(world, () =>
    share(world.ana, 'dm', { name: 'linked.sh', content: '', mode: 'external' }),
  );
  expect(wrong.told).toBe(
    'linked.sh could not be read. This file is only linked: its bytes are not in Slack. Upload the script itself.',
  );
  expect(wrong.lines).toHaveLength(1);
});

test('a web page that someone saved is called that, whatever type it has', async () => {
  const content = '<html><body>#!/bin/bash</body></html>';
  const prompt = await share(world.ana, 'dm', {
    name: 'page.html',
    content,
    mimetype: 'text/html',
  });
  expect(prompt.text).toBe(
    'page.html cannot be submitted as it is: This is a web page, not a script. Where it came from, look for the raw file.',
  );
});

const paste = 'Paste the script as text or upload it as a file.';
test.each([
  ['Notes', 'quip', `That is a canvas. ${paste}`],
  ['Plans', 'space', `That is a post. ${paste}`],
  ['Re: job', 'email', `That is an e-mail. ${paste}`],
  [
    'train.ipynb',
    'snippet',
    'I take batch scripts; this is a notebook. Share a script that runs it.',
  ],
  [
    'train.Rmd',
    'snippet',
    'I take batch scripts; this is a notebook. Share a script that runs it.',
  ],
  ['all.zip', 'hosted', 'I only take batch scripts. Unpack the archive and share the script.'],
  ['all.tar.gz', 'hosted', 'I only take batch scripts. Unpack the archive and share the script.'],
] as const)('%s (%s) is called what it is, and not fetched', async (name, mode, sentence) => {
  const { ana, slack } = world;
  const downloads = async () =>
    (await slack.ledger()).filter(({ kind }) => kind === 'download').length;
  const before = await downloads();
  const content = '<html><body>#!/bin/bash</body></html>';
  const prompt = await share(ana, 'dm', { name, content, mode });
  expect(prompt.text).toBe(`${name}: ${sentence}`);
  expect(await downloads()).toBe(before);
});

test('a file that another app made, and that was shared elsewhere before, is read like any', async () => {
  const content = script('made', 1);
  const prompt = await share(world.ana, 'dm', {
    ...{ name: 'made.sh', content, mode: 'hosted' },
    ...{ madeBy: 'U0OTHERAPP', sharedIn: JOBS },
  });
  expect(prompt.text).toBe('made.sh is ready to submit as "made"');
});

describe('a message that is passed on brings its files', () => {
  const mention = '<@U0SLURMBOT>';
  const post = (channel: string, name: string) =>
    world.ana.say(channel, 'look', { files: [{ name: `${name}.sh`, content: script(name, 1) }] });

  test.each([
    ['direct messages', 'dm', ''],
    ['a channel, with a mention', JOBS, mention],
  ])('to %s', async (_where, to, text) => {
    const { ana } = world;
    const name = `passed-${to.toLowerCase()}`;
    const { ts } = await post(GENERAL, name);
    const passed = await ana.say(to, text, { forward: { channel: GENERAL, ts } });
    const prompt = await sees(ana, to, `${name}.sh is ready to submit as "${name}"`);
    expect(prompt.thread_ts).toBe(passed.ts);
  });

  test('to the shortcut', async () => {
    const { ana } = world;
    const { ts } = await post(GENERAL, 'menu');
    const passed = await ana.say(JOBS, 'see there', { forward: { channel: GENERAL, ts } });
    await ana.shortcut('submit', JOBS, passed.ts);
    const form = await seesModal(ana, 'menu.sh');
    expect(shown(form)).toContain('--job-name=menu');
    await ana.closeModal();
  });

  test('unless the bot cannot see them there', async () => {
    const { ana } = world;
    const { ts } = await post(PRIVATE_WITHOUT_BOT, 'secret');
    const wrong = await goesWrong(world, async () => {
      await ana.say('dm', '', { forward: { channel: PRIVATE_WITHOUT_BOT, ts } });
      return sees(ana, 'dm', /secret\.sh could not be read/);
    });
    expect(wrong.told).toBe(
      'secret.sh could not be read. The bot cannot see this file. In a private channel, invite it with /invite `@Slurm`, or send it the file directly.',
    );
  });
});

test('a file is deleted before its form is opened', async () => {
  const { ana, slack } = world;
  const prompt = await share(ana, 'dm', { name: 'early.sh', content: script('early', 1) });
  await slack.deleteFile(prompt.fileId, 'untold');
  const wrong = await goesWrong(world, async () => {
    await ana.click('dm', prompt.ts, 'Submit…');
    return seesModal(ana, deleted);
  });
  expect(wrong.lines).toEqual([expect.stringMatching(/ WARN failed ref=/)]);
  await ana.closeModal();
});

test('a file is deleted before the shortcut is used on its message', async () => {
  const { ana, slack } = world;
  const file = { name: 'gone.sh', content: script('gone', 1) };
  const { ts, files } = await ana.say(JOBS, '', { files: [file] });
  await slack.deleteFile(files[0]?.id ?? '');
  const told = await answer(ana, JOBS, () => ana.shortcut('submit', JOBS, ts));
  expect(told.text).toBe(deleted);
});

const openForm = async (name: string) => {
  const { ana } = world;
  const prompt = await share(ana, 'dm', { name: `${name}.sh`, content: script(name, 1) });
  await ana.click('dm', prompt.ts, 'Submit…');
  await seesModal(ana, 'Allocation');
  await ana.suggest('Allocation', '');
  return prompt;
};

test.each<['html' | 'cut', string]>([
  ['html', login],
  ['cut', unavailable],
])('Slack answers %s when the file is to be sent', async (kind, sentence) => {
  const { ana, slack } = world;
  await openForm(`sent-${kind}`);
  await slack.fault({ method: 'files.download', kind });
  const wrong = await goesWrong(world, async () => {
    await ana.submit({ Allocation: GPU });
    return seesModal(ana, sentence);
  });
  expect(wrong.asked).toEqual([]);
  expect(wrong.lines).toEqual([expect.stringMatching(/ (INFO|WARN) not submitted ref=/)]);
  await ana.closeModal();
});

test('a file is deleted between the form and the sending', async () => {
  const { ana, slack } = world;
  const { fileId } = await openForm('late');
  await slack.deleteFile(fileId);
  const wrong = await goesWrong(world, async () => {
    await ana.submit({ Allocation: GPU });
    return seesModal(ana, `late: ${deleted}`);
  });
  expect(wrong.asked).toEqual([]);
  expect(wrong.lines).toEqual([expect.stringMatching(/ (INFO|WARN) not submitted ref=/)]);
});
