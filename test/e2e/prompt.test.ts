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
