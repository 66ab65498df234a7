import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ANA, BEN, BOT, JOBS } from '../../sandbox/slack/world.ts';
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

/** The bot's answer to a script, which goes on telling the truth. */
let world: World;
const GPU = 'bio-gpu · 82 % of GPU hours used';
const mention = `<@${BOT}>`;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await Promise.all([connect(world, world.ana, 'ana'), connect(world, world.ben, 'ben')]);
});
afterEach(() => world.startOver());
afterAll(() => world.stop());

/** The prompt as a person sees it, once its text fits. */
function promptBecomes(channel: string, ts: string, text: RegExp, person = world.ana) {
  return until(`a prompt like ${text}`, async () => {
    const message = (await person.screen(channel)).find((each) => each.ts === ts);
    return message !== undefined && text.test(message.text) && message;
  });
}

/** All that the bot says in the thread of a message. */
async function saidIn(channel: string, thread: string) {
  const screen = await world.ana.screen(channel);
  return screen.filter(({ user, thread_ts: parent }) => user === BOT && parent === thread);
}

describe('after submission the prompt', () => {
  test('says as which job, by whom and when, and links to the card, to everyone in the channel', async () => {
    const { ana, ben } = world;
    const content = script('told', 3000);
    const prompt = await share(ana, JOBS, { name: 'told.sh', content, text: mention });
    await submitFrom(ana, JOBS, prompt);
    const card = await sees(ben, JOBS, /^\S+ told — /);
    const seen = await promptBecomes(JOBS, prompt.ts, /, job \d+ \(<https/, ben);
    expect(seen.text).toMatch(
      /^✔ `told\.sh` → \*told\*, job \d+ \(<https:\S+\|card>\), by <@U0ANA00001> · <!date\^/,
    );
    expect(seen.text).toContain(`/p${card.ts.replace('.', '')}`);
    expect(shown(seen)).toContain('"Submit again…"');
    expect(shown(seen)).not.toContain('"Dismiss"');
  });

  test('says so of a second submission too, which the form tells of the first', async () => {
    const { ana, ben } = world;
    const content = script('twice', 3000);
    const prompt = await share(ana, JOBS, { name: 'twice.sh', content, text: mention });
    await submitFrom(ana, JOBS, prompt);
    await promptBecomes(JOBS, prompt.ts, /^✔/);
    await ben.click(JOBS, prompt.ts, 'Submit again…');
    await seesModal(ben, `<@${ANA}> submitted this script`);
    await ben.suggest('Allocation', '');
    await ben.submit({ Allocation: 'climate-2026 · 41 % of CPU hours used' });
    const seen = await promptBecomes(JOBS, prompt.ts, /\n✔/);
    const [first, second] = seen.text.split('\n');
    expect([first, second]).toEqual([
      expect.stringContaining(`by <@${ANA}>`),
      expect.stringContaining(`by <@${BEN}>`),
    ]);
  });

  test('says of a job that the cluster refused that it was not submitted', async () => {
    const { ana } = world;
    const content = script('wrong', 5, '#SBATCH --partition=nowhere');
    const prompt = await share(ana, 'dm', { name: 'wrong.sh', content });
    await submitFrom(ana, 'dm', prompt);
    await promptBecomes('dm', prompt.ts, /^⚠️ `wrong\.sh` → \*wrong\*, not submitted \(<https/);
  });

  test('is not put away by a press that comes late', async () => {
    const { ana } = world;
    const prompt = await share(ana, 'dm', { name: 'late.sh', content: script('late', 3000) });
    const value = /\{\\"do\\":\\"dismiss\\",[^}]+\}/.exec(shown(prompt))?.[0] ?? '';
    await submitFrom(ana, 'dm', prompt);
    await promptBecomes('dm', prompt.ts, /^✔/);
    await ana.forge('dm', {
      type: 'block_actions',
      container: { type: 'message', message_ts: prompt.ts },
      message: { ts: prompt.ts },
      actions: [{ type: 'button', action_id: 'do:Dismiss', value: JSON.parse(`"${value}"`) }],
    });
    await answer(ana, 'dm', () => ana.say('dm', 'whoami'));
    await promptBecomes('dm', prompt.ts, /^✔/);
  });

  test('that was put away while the form was open says that it was submitted', async () => {
    const { ana } = world;
    const prompt = await share(ana, 'dm', { name: 'open.sh', content: script('open', 3000) });
    await ana.click('dm', prompt.ts, 'Submit…');
    await seesModal(ana, 'Allocation');
    await ana.suggest('Allocation', '');
    await ana.click('dm', prompt.ts, 'Dismiss');
    await promptBecomes('dm', prompt.ts, /^Put away\.$/);
    await ana.submit({ Allocation: GPU });
    const seen = await promptBecomes('dm', prompt.ts, /^✔/);
    expect(seen.text).not.toContain('Put away');
  });
});

describe('several files in one message', () => {
  test('are one prompt, each with its own button', async () => {
    const { ana } = world;
    const files = ['one', 'two'].map((name) => ({
      name: `${name}.sh`,
      content: script(name, 3000),
    }));
    const { ts } = await ana.say(JOBS, mention, {
      files: [...files, { name: 'no.sh', content: 'no\n' }],
    });
    const prompt = await sees(
      ana,
      JOBS,
      /^one\.sh is ready .+\ntwo\.sh is ready .+\nno\.sh cannot/,
    );
    expect(await saidIn(JOBS, ts)).toHaveLength(1);
    await ana.click(JOBS, prompt.ts, 'Submit…', { nth: 1 });
    await seesModal(ana, '"two"');
    await ana.suggest('Allocation', '');
    await ana.submit({ Allocation: GPU });
    const after = await promptBecomes(JOBS, prompt.ts, /\n✔ `two\.sh` → \*two\*/);
    expect(shown(after)).toContain('"Submit…"');
    expect(shown(after)).not.toContain('"Dismiss"');
  });
});

describe('files that are plainly data', () => {
  test('are ignored beside a script, and get an answer alone', async () => {
    const { ana } = world;
    const data = { name: 'points.csv', content: 'a,b\n' };
    const picture = { name: 'plot.png', content: 'png' };
    const beside = { name: 'beside.sh', content: script('beside', 5) };
    const { ts } = await ana.say('dm', '', { files: [data, beside, picture] });
    await sees(ana, 'dm', /^beside\.sh is ready to submit as "beside"$/);
    expect(await saidIn('dm', ts)).toHaveLength(1);
    await ana.say('dm', '', { files: [data] });
    await sees(ana, 'dm', /^points\.csv: I only take batch scripts\.$/);
  });
});

describe('pasted code', () => {
  const lines = [
    '#!/bin/bash',
    '#SBATCH --job-name=pasted',
    'srun <http://train.sh|train.sh> &amp;&amp; echo “a” &lt;b&gt; &amp;amp; * _x_ :x:',
    '\tsleep 3000',
  ];
  /** As Slack holds it in `text`, and as it was pasted. */
  const code = lines.join('\n');
  const written = code
    .replace('<http://train.sh|train.sh>', 'train.sh')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  const fenced = `\`\`\`\n${code}\n\`\`\``;
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  /** Hashes of the files of all jobs with this name, once there is one. */
  const sent = (name: string) =>
    until(`a job ${name}`, async () => {
      const posts = (await world.waldur.requests()).filter(({ fields }) => fields.name === name);
      return posts.length > 0 && posts.map(({ file }) => file?.sha256);
    });

  test.each([
    ['in a direct message', 'dm', fenced],
    ['after a mention', JOBS, `${mention} please run this:\n${fenced}\nthanks`],
  ])('%s is sent as it was pasted', async (_where, channel, text) => {
    const { ana } = world;
    const { ts } = await ana.say(channel, text);
    const prompt = await sees(ana, channel, /^pasted\.sh is ready to submit as "pasted"$/);
    expect(prompt.thread_ts).toBe(ts);
    await submitFrom(ana, channel, prompt);
    expect(await sent('pasted')).toEqual([sha256(written)]);
    await promptBecomes(channel, prompt.ts, /^✔ `pasted\.sh`/);
  });

  test('without a code block is a script where it begins with #!, unless Slack has changed it', async () => {
    const { ana } = world;
    await ana.say('dm', '#!/bin/bash\n#SBATCH --job-name=plain\nsrun <http://train.sh|train.sh>');
    const prompt = await sees(ana, 'dm', /^pasted\.sh is ready to submit as "plain"$/);
    await submitFrom(ana, 'dm', prompt);
    expect(await sent('plain')).toEqual([
      sha256('#!/bin/bash\n#SBATCH --job-name=plain\nsrun train.sh'),
    ]);
    await ana.say('dm', '#!/bin/bash\necho <@U0BEN00001>');
    await sees(ana, 'dm', /^Slack formatted some of that/);
  });

  test('of somebody else is submitted by the message shortcut, and is its author’s', async () => {
    const { ana, ben } = world;
    const { ts } = await ana.say(JOBS, fenced);
    await ben.shortcut('submit', JOBS, ts);
    const modal = await seesModal(ben, 'Allocation');
    expect(shown(modal)).toContain(`Shared by <@${ANA}>`);
    await ben.suggest('Allocation', '');
    await ben.submit({ Allocation: 'climate-2026 · 41 % of CPU hours used' });
    expect(await sent('pasted')).toEqual([sha256(written)]);
    expect(await saidIn(JOBS, ts)).not.toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('is ready') }),
    );
  });
});

describe('a message that is edited', () => {
  const fenced = (name: string) => `\`\`\`\n${script(name, 5)}\`\`\``;

  test.each([
    ['in a direct message', 'dm', ''],
    ['with a mention', JOBS, `${mention} `],
  ])('%s is read again, in the same prompt', async (_where, channel, to) => {
    const { ana } = world;
    const { ts } = await ana.say(channel, `${to}${fenced('first')}`);
    const prompt = await sees(ana, channel, /as "first"$/);
    await ana.edit(channel, ts, `${to}${fenced('second')}`);
    await promptBecomes(channel, prompt.ts, /as "second"$/);
    await ana.edit(channel, ts, `${to}never mind`);
    await promptBecomes(channel, prompt.ts, /^pasted\.sh was deleted\.$/);
    await ana.edit(channel, ts, `${to}${fenced('third')}`);
    await promptBecomes(channel, prompt.ts, /as "third"$/);
    expect(await saidIn(channel, ts)).toHaveLength(1);
  });

  test('to name the bot has a prompt from then on', async () => {
    const { ana } = world;
    const { ts } = await ana.say(JOBS, fenced('unnamed'));
    await ana.edit(JOBS, ts, `${mention} ${fenced('named')}`);
    const prompt = await sees(ana, JOBS, /as "named"$/);
    expect(prompt.thread_ts).toBe(ts);
  });

  test('shows what was put away once it has another script, and words are not taken twice', async () => {
    const { ana } = world;
    const { ts } = await ana.say('dm', fenced('away'));
    const prompt = await sees(ana, 'dm', /as "away"$/);
    await ana.click('dm', prompt.ts, 'Dismiss');
    await promptBecomes('dm', prompt.ts, /^Put away\.$/);
    await ana.edit('dm', ts, `better: ${fenced('back')}`);
    await promptBecomes('dm', prompt.ts, /as "back"$/);
    const words = await ana.say('dm', 'whoami');
    await sees(ana, 'dm', /Ana/);
    const before = (await ana.screen('dm')).length;
    await ana.edit('dm', words.ts, 'whoami please');
    await ana.edit('dm', ts, fenced('last'));
    await promptBecomes('dm', prompt.ts, /as "last"$/);
    expect(await ana.screen('dm')).toHaveLength(before);
  });
});

describe('what was deleted', () => {
  test('is no longer offered: the file', async () => {
    const { ana, slack } = world;
    const prompt = await share(ana, 'dm', { name: 'file.sh', content: script('file', 5) });
    await slack.deleteFile(prompt.fileId);
    const seen = await promptBecomes('dm', prompt.ts, /^file\.sh was deleted\.$/);
    expect(shown(seen)).not.toContain('"button"');
  });

  test('is no longer offered: the message', async () => {
    const { ana } = world;
    const { ts } = await ana.say('dm', '```\n#!/bin/sh\n```');
    const prompt = await sees(ana, 'dm', /^pasted\.sh is ready/);
    await ana.remove('dm', ts);
    await promptBecomes('dm', prompt.ts, /^pasted\.sh was deleted\.$/);
  });

  test('is noticed by a press, where no event has told it', async () => {
    const { ana, slack } = world;
    const text = mention;
    const prompt = await share(ana, JOBS, { name: 'press.sh', content: script('press', 5), text });
    await slack.deleteFile(prompt.fileId, 'untold');
    await ana.click(JOBS, prompt.ts, 'Submit…');
    await seesModal(ana, 'The file has been deleted in Slack. Share it again.');
    await promptBecomes(JOBS, prompt.ts, /^press\.sh was deleted\.$/);
  });

  test('is not offered again, but what was submitted of it stays told', async () => {
    const { ana, slack } = world;
    const prompt = await share(ana, 'dm', { name: 'sent.sh', content: script('sent', 3000) });
    await submitFrom(ana, 'dm', prompt);
    await promptBecomes('dm', prompt.ts, /^✔/);
    await slack.deleteFile(prompt.fileId);
    await until('no button', async () => {
      const seen = (await ana.screen('dm')).find(({ ts }) => ts === prompt.ts);
      return seen?.text.startsWith('✔') === true && !shown(seen).includes('"button"');
    });
  });
});

test('a reply that is also sent to the channel is a message like others', async () => {
  const { ana } = world;
  const { ts } = await ana.say('dm', 'whoami');
  const code = '```\n#!/bin/sh\n```';
  await ana.say('dm', code, { thread_ts: ts, broadcast: true });
  const prompt = await sees(ana, 'dm', /^pasted\.sh is ready/);
  expect(prompt.thread_ts).toBe(ts);
});
