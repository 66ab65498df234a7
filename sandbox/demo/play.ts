import { ANA, dmWith, GENERAL } from '../slack/world.ts';
import type { MessageEntry } from './entries.ts';
import type { Actor } from './person.ts';
import { deletes, failsInAChannel, losesAnAnswer } from './play-channel.ts';
import { forgotten, longReport, train } from './sample-scripts.ts';
import type { World } from './sandboxes.ts';
import type { Stage } from './stage.ts';

/** The whole main job, with a Waldur that behaves as documented. */
export async function play(world: World, stage: Stage): Promise<void> {
  const ana = stage.person(ANA);
  await stage.says('━━ With a Waldur that does what its documentation says ━━');
  await connects(world, stage, ana);
  await pages(stage, ana);
  const card = await submits(stage, ana);
  await follows(world, stage, ana, card);
  await looksAtOthers(world, stage, ana);
  await failsInAChannel(world, stage, ana);
  const other = await losesAnAnswer(world, stage, ana);
  await deletes(stage, ana, other);
  await stage.ends();
}

const MY_CHANNEL = dmWith(ANA);
const GPU = 'bio-gpu · 82 % of GPU hours used';

async function connects({ tokens }: World, stage: Stage, ana: Actor): Promise<void> {
  await stage.says(
    '── Ana connects her Waldur account, after a mistake (in a channel that the bot is not in) ──',
  );
  await ana.types(GENERAL, '/slurm lits');
  await stage.shows({ to: ANA, in: GENERAL, says: ['There is no `lits`. Did you mean `list`?'] });

  await ana.types(GENERAL, '/slurm list');
  const offer = await stage.shows({
    to: ANA,
    in: GENERAL,
    says: ['Connect your Waldur account to list your jobs.'],
    buttons: ['Connect…'],
  });
  await ana.presses(offer, 'Connect…');
  await stage.showsForm({
    of: ANA,
    title: 'Connect Waldur',
    says: ['Waldur API token', 'stored encrypted and never shown'],
    buttons: ['Connect'],
  });
  await ana.fillsIn({ 'Waldur API token': tokens.ana ?? '' });
  await stage.showsForm({
    of: ANA,
    title: 'Connect Waldur',
    says: ['Connected to Waldur as Ana Tamm (ana).', 'Going on with what you wanted.'],
  });
}

async function pages(stage: Stage, ana: Actor): Promise<void> {
  const list = await stage.shows({
    to: ANA,
    in: GENERAL,
    says: ['Your jobs · 1–4 of 4', '✅ align-13 — Completed', '`40012` · bio · Ana Tamm · '],
    buttons: ['All I can see', 'Running', 'Failed', 'Post to channel'],
    without: ['Newer', 'Older'],
  });
  await stage.says('── Ana turns the pages, and shows one to everybody ──');
  await ana.closes();
  await ana.presses(list, 'All I can see');
  await stage.shows({
    to: ANA,
    is: list,
    says: ['Jobs you can see · 1–10 of 14 records', '✅ train-14 — Completed'],
    buttons: ['Only mine', 'Older'],
  });
  await ana.presses(list, 'Older');
  await stage.shows({
    to: ANA,
    is: list,
    says: ['11–14 of 14 records'],
    buttons: ['Newer'],
    without: ['Older'],
  });
  await ana.presses(list, 'Newer');
  await stage.shows({ to: ANA, is: list, says: ['1–10 of 14 records'], buttons: ['Older'] });
  await ana.presses(list, 'Post to channel');
  await stage.shows({
    in: GENERAL,
    says: ['Jobs that Ana Tamm can see · 1–10'],
    without: ['Older', '⋯'],
  });
}

async function submits(stage: Stage, ana: Actor): Promise<MessageEntry> {
  await stage.says('── Ana submits a script, after two more mistakes ──');
  const wrong = await ana.writes(MY_CHANNEL, '', {
    files: [{ name: 'train.sh', content: forgotten }],
  });
  await stage.shows({
    thread: wrong,
    says: ['train.sh cannot be submitted as it is.', 'The first line must start with #!'],
    without: ['Submit…'],
  });

  const script = await ana.writes(MY_CHANNEL, '', {
    files: [{ name: 'train.sh', content: train }],
  });
  const prompt = await stage.shows({
    thread: script,
    says: ['`train.sh` as train — gpu · 1 node · 32 GB · 4 h 30 min'],
    buttons: ['Submit…', 'Dismiss'],
  });
  await ana.presses(prompt, 'Submit…');
  await stage.showsForm({
    of: ANA,
    title: 'Submit to Slurm',
    says: ['#SBATCH --job-name=train', 'Name: [train]', 'It will run as you (ana).'],
    buttons: ['Submit job'],
  });
  await ana.searches('Allocation', 'bio', GPU);
  await ana.fillsIn({ Allocation: GPU, Name: 'No such file, again' });
  await stage.showsForm({
    of: ANA,
    title: 'Submit to Slurm',
    says: ['Choose another name.', `Allocation: [${GPU}]`],
  });
  await ana.fillsIn({ Name: 'train' });
  await stage.showsForm({ of: ANA, title: 'Submit to Slurm', says: ['Submitted train.'] });
  return stage.shows({
    thread: script,
    says: [
      /[📤⏳] train — (Subm|Queued)/u,
      'bio · gpu · 1 node · 32 GB · 4 h 30 min · Ana Tamm · seen ',
    ],
  });
}

async function follows({ cluster }: World, stage: Stage, ana: Actor, card: MessageEntry) {
  await stage.shows({ is: card, says: ['⏳ train — Queued', '`48200` · bio'] });
  await ana.closes();

  await stage.says(
    '── Ten minutes pass. (Slack loses its answer to the next post, on purpose.) ──',
  );
  await stage.losesAnswer('chat.postMessage');
  await cluster.starts('train');
  await stage.shows({ is: card, says: ['▶️ train — Running', 'Since '] });
  const started = await stage.shows({ thread: card, says: ['▶️ train started'] });
  await stage.looksFor(started, 'conversations.replies');

  await stage.says('── Ana looks at the job, in its thread ──');
  await ana.writes(MY_CHANNEL, 'show', { thread: card });
  await stage.shows({
    thread: card,
    says: ['▶️ train — Running', 'on Hydra'],
    buttons: ['Refresh', 'Follow here', 'Delete record…', 'Technical details'],
  });
  await ana.chooses(card, 'Refresh');
  await stage.shows({ to: ANA, thread: card, says: ['Asked Waldur to refresh train.'] });

  await stage.says('── Four hours pass ──');
  await cluster.ends('train', 'COMPLETED');
  await stage.shows({ is: card, says: ['✅ train — Completed', 'Output: `slurm-48200.out`.'] });
  await stage.shows({ thread: card, says: [/^✅ @Ana train completed/] });
}

async function looksAtOthers({ cluster }: World, stage: Stage, ana: Actor): Promise<void> {
  await stage.says('── A job that nobody knows, and one with a long report ──');
  await ana.types(MY_CHANNEL, '/slurm show 99999');
  await stage.shows({
    to: ANA,
    says: ['There is no job “99999” among your 15 jobs.', '/slurm list shows them.'],
  });
  await cluster.reports('train-14', longReport);
  await ana.types(MY_CHANNEL, '/slurm show train-14');
  await stage.shows({
    to: ANA,
    says: ['train-14 — Completed', 'it is in the direct message as a file'],
  });
  await stage.shows({
    in: MY_CHANNEL,
    says: ['The report of `train-14`.', '(file) report-40013.txt'],
  });
}
