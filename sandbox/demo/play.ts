import { ANA, BEN, dmWith, JOBS } from '../slack/world.ts';
import type { MessageEntry } from './entries.ts';
import { fold, forgotten, longReport, ocean, train } from './scripts.ts';
import type { Actor, Stage } from './stage.ts';
import type { World } from './world.ts';

/** The whole main job, with a Waldur that does what its documentation says. */
export async function play(world: World, stage: Stage): Promise<void> {
  const ana = stage.person(ANA);
  await stage.says('━━ With a Waldur that does what its documentation says ━━');
  await connects(world, stage, ana);
  await pages(stage, ana);
  const card = await submits(stage, ana);
  await follows(world, stage, ana, card);
  await looksAtOthers(world, stage, ana);
  await failsInAChannel(world, stage, ana);
  await losesAnAnswer(world, stage, ana);
}

const MY_CHANNEL = dmWith(ANA);
const GPU = 'bio-gpu · 82 % of GPU hours used';
const CLIMATE = 'climate-2026 · 41 % of CPU hours used';

async function connects({ tokens }: World, stage: Stage, ana: Actor): Promise<void> {
  await stage.says('── Ana connects her Waldur account, after a mistake ──');
  await ana.types(JOBS, '/slurm lits');
  await stage.shows({ to: ANA, in: JOBS, says: ['There is no `lits`. Did you mean `list`?'] });

  await ana.types(JOBS, '/slurm list');
  const offer = await stage.shows({
    to: ANA,
    in: JOBS,
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
    in: JOBS,
    says: ['1 to 10 of 14 records, newest first', 'train-14 · Completed · 40013 · '],
    buttons: ['Older', 'Post to channel'],
    without: ['Newer'],
  });
  await stage.says('── Ana turns the pages ──');
  await ana.closes();
  await ana.presses(list, 'Older');
  await stage.shows({
    to: ANA,
    edits: list,
    says: ['11 to 14 of 14 records'],
    buttons: ['Newer'],
    without: ['Older'],
  });
  await ana.presses(list, 'Newer');
  await stage.shows({ to: ANA, edits: list, says: ['1 to 10 of 14 records'], buttons: ['Older'] });
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
    says: ['train.sh · ', 'job name `train`', 'gpu partition · 1 node · time limit 04:30:00'],
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
    says: ['train — Subm', 'Project bio · Submitted today at ', 'By Ana Tamm'],
    buttons: ['Refresh'],
  });
}

async function follows({ cluster }: World, stage: Stage, ana: Actor, card: MessageEntry) {
  await stage.shows({ edits: card, says: ['train — Queued', 'Slurm job `48200`'] });
  await ana.closes();

  await stage.says(
    '── Ten minutes pass. (Slack loses its answer to the next post, on purpose.) ──',
  );
  await stage.losesAnswer('chat.postMessage');
  await cluster.brings('train', 'RUNNING');
  await stage.shows({ edits: card, says: ['train — Running'] });
  const started = { thread: card, says: [/^Started/] };
  await stage.shows(started);

  await stage.says('── Ana looks at the job, in its thread ──');
  await ana.writes(MY_CHANNEL, 'show', { thread: card });
  await stage.shows({
    thread: card,
    says: ['train — Running (`RUNNING`: ', 'Cluster Hydra', 'Submitted from Slack · '],
    buttons: ['Refresh', 'Follow here', 'Delete record…'],
  });
  await ana.presses(card, 'Refresh');
  await stage.shows({ to: ANA, thread: card, says: ['Asked Waldur to refresh train.'] });

  await stage.says('── Four hours pass ──');
  await cluster.brings('train', 'COMPLETED');
  await stage.shows({ edits: card, says: ['train — Completed'] });
  await stage.shows({ thread: card, says: [/^@Ana train completed/] });
  await stage.hasShown(1, started);
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
    says: ['The report of train-14.', '(file) report-40013.txt'],
  });
}

async function failsInAChannel({ cluster }: World, stage: Stage, ana: Actor): Promise<void> {
  await stage.says('── Ben shares a script in a channel; Ana submits it by the message’s menu ──');
  const ben = stage.person(BEN);
  const script = await ben.writes(JOBS, 'Can someone run this?', {
    files: [{ name: 'ocean.sh', content: ocean }],
  });
  await ana.takes('submit', script);
  await stage.showsForm({
    of: ANA,
    title: 'Submit to Slurm',
    says: ['Shared by @Ben. It will run as you.', '#SBATCH --mem=8G', `Allocation: [${GPU}]`],
  });
  await ana.searches('Allocation', 'climate', CLIMATE);
  await ana.fillsIn({ Allocation: CLIMATE });
  const card = await stage.shows({ thread: script, says: ['ocean — Subm', 'Project climate'] });
  await stage.showsForm({ of: ANA, title: 'Submit to Slurm', says: ['Submitted ocean.'] });
  await ana.closes();

  await stage.says('── It starts, and needs more memory than it asked for ──');
  await cluster.brings('ocean', 'RUNNING');
  await stage.shows({ edits: card, says: ['ocean — Running'] });
  await stage.shows({ thread: card, says: [/^Started/] });
  await cluster.brings('ocean', 'OUT_OF_MEMORY');
  await stage.shows({ edits: card, says: ['ocean — Failed', 'OUT_OF_MEMORY'] });
  await stage.shows({ thread: card, says: ['@Ana ocean ran out of memory (OUT_OF_MEMORY)'] });

  await ana.writes(JOBS, '<@U0SLURMBOT> show', { thread: card });
  await stage.shows({ to: ANA, thread: card, says: ['ocean — Failed', 'Project climate'] });
}

async function losesAnAnswer({ cluster }: World, stage: Stage, ana: Actor): Promise<void> {
  await stage.says('── Waldur takes a script and never answers; meanwhile Ana closes the form ──');
  await ana.types(JOBS, '/slurm submit');
  await stage.showsForm({ of: ANA, title: 'Submit to Slurm', says: ['Batch script: ['] });
  const values = {
    'Batch script': [{ name: 'fold.sh', content: fold }],
    Allocation: CLIMATE,
    'Follow it in': JOBS,
  };
  await cluster.losesSubmission(() => ana.fillsIn(values), ana.closes);
  const told = await stage.shows({
    in: MY_CHANNEL,
    says: ['fold: Waldur’s answer was lost', 'most likely not submitted'],
    buttons: ['Submit again…'],
  });
  await ana.presses(told, 'Submit again…');
  await stage.showsForm({
    of: ANA,
    title: 'Submit to Slurm',
    says: [
      'fold.sh · ',
      'Name: [fold]',
      `Allocation: [${CLIMATE}]`,
      'Follow it in (optional): [#jobs]',
    ],
  });
  await stage.says('(Slack loses its answer to the next post, on purpose.)');
  await stage.losesAnswer('chat.postMessage');
  await ana.fillsIn({});
  const posted = { in: JOBS, says: ['fold — '] };
  const card = await stage.shows(posted);
  await stage.showsForm({ of: ANA, title: 'Submit to Slurm', says: ['Submitted fold.'] });
  await ana.closes();
  await stage.shows({ edits: card, says: ['fold — Queued'] });
  await stage.hasShown(1, posted);

  await stage.says('── Ana shows the queue to the channel, and deletes the record ──');
  await ana.types(JOBS, '/slurm list queued');
  const list = await stage.shows({
    to: ANA,
    in: JOBS,
    says: ['1 job for “queued”, newest first. Searched all 17.', 'fold · Queued'],
    buttons: ['Post to channel'],
  });
  await stage.says('(Slack’s response_url fails once, on purpose.)');
  await stage.losesAnswer('response_url', 'http503');
  await ana.presses(list, 'Post to channel');
  await stage.shows({ in: JOBS, says: ['fold · Queued'], without: ['Post to channel'] });
  await ana.chooses(card, 'Delete record…');
  await stage.showsForm({
    of: ANA,
    title: 'Delete record',
    says: ['Remove fold (`48202`) from Waldur?', '`scancel 48202` does.'],
    buttons: ['Delete record', 'Keep'],
  });
  await ana.fillsIn({});
  await stage.showsForm({ of: ANA, title: 'Slurm', says: ['The record of fold is deleted.'] });
  await stage.shows({ edits: card, says: ['Record deleted by Ana Tamm.'] });
}
