import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  ANA,
  BEN,
  BOT,
  dmWith,
  GROUP_MESSAGE,
  PRIVATE_WITHOUT_BOT,
} from '../../sandbox/slack/world.ts';
import { connect, script, sees, seesModal, shown, startWorld, until, type World } from './world.ts';

const GPU = 'bio-gpu · 82 % of GPU hours used';
const NOT_BOTH = 'I post updates only in channels that you and I are both in.';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => connect(world, world.ana, 'ana'));
afterEach(() => world.startOver());
afterAll(() => world.stop());

/** Ana uploads a script in the form, with any conversation in the payload. */
async function submitTo(channel: string, name: string) {
  const { ana } = world;
  await ana.command('dm', '/slurm submit');
  await seesModal(ana, 'Batch script');
  await ana.suggest('Allocation', '');
  return ana.submit({
    'Batch script': [{ name: `${name}.sh`, content: script(name, 5) }],
    Name: name,
    Description: 'mine',
    Allocation: GPU,
    'Follow it in': { forged: channel },
  });
}

const jobsCalled = async (name: string) =>
  (await world.waldur.jobs()).filter((job) => job.name === name);

test.each([
  ['a colleague', BEN],
  ['their own id', ANA],
  ['the direct message with the bot', dmWith(ANA)],
  ['somebody else’s direct message with the bot', dmWith(BEN)],
  ['the bot', BOT],
  ['nothing that Slack has', 'C0 x'],
])('%s is no place for updates: the form says so at once', async (_name, id) => {
  const refused = await submitTo(id, 'nowhere');
  expect(refused).toMatchObject({
    errors: { follow: 'Choose a channel, or leave this empty for your direct messages with me.' },
  });
  await world.ana.closeModal();
  expect(await jobsCalled('nowhere')).toEqual([]);
});

const theirs = 'C0THEIRS01';
const hers = 'C0HERS0001';

test.each([
  ['a channel of others with the bot', theirs, [BEN, BOT], NOT_BOTH],
  ['a channel of hers without the bot', hers, [ANA], NOT_BOTH],
  ['a private channel without the bot', PRIVATE_WITHOUT_BOT, null, NOT_BOTH],
  ['a channel that is nowhere', 'C0NOWHERE1', null, NOT_BOTH],
  ['a group message', GROUP_MESSAGE, null, 'Slack did not tell me whether you and I are both'],
])('%s is none: the form comes back filled in', async (_name, channel, members, told) => {
  const { ana, slack } = world;
  if (members !== null) await slack.addChannel(channel, 'public', members);
  await submitTo(channel, 'strayed');
  const form = await seesModal(ana, told);
  expect(shown(form)).toContain('Nothing was submitted');
  expect(shown(form)).toContain('"initial_value":"strayed"');
  expect(shown(form)).toContain('"initial_value":"mine"');
  expect(await jobsCalled('strayed')).toEqual([]);
  await ana.closeModal();
});

test('where Slack does not answer nothing is submitted; the form that came back works when it does', async () => {
  const { ana, slack } = world;
  const channel = 'C0QUIET001';
  await slack.addChannel(channel, 'private', [ANA, BOT]);
  await slack.fault({ method: 'users.conversations', kind: 'ratelimited', retryAfter: 30 });
  await submitTo(channel, 'patient');
  await seesModal(ana, 'Slack did not tell me whether you and I are both in that channel.');
  expect(await jobsCalled('patient')).toEqual([]);
  await until('an answer that is not remembered', async () => {
    await ana.submit();
    const view = await until('the outcome', async () => {
      const now = await ana.modal();
      return !shown(now).includes('Submitting…') && now;
    });
    return shown(view).includes('Submitted patient.');
  });
  await ana.closeModal();
  await sees(ana, channel, /^\S+ patient — /);
  expect(await jobsCalled('patient')).toHaveLength(1);
});
