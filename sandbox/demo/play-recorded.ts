import { ANA, dmWith } from '../slack/world.ts';
import { train } from './sample-scripts.ts';
import type { World } from './sandboxes.ts';
import type { Stage } from './stage.ts';

/** The differences with a Waldur that behaves as a real one was recorded to. */
export async function playRecorded({ cluster, tokens }: World, stage: Stage): Promise<void> {
  const ana = stage.person(ANA);
  const dm = dmWith(ANA);
  await stage.says('━━ With a Waldur that does what a real one was recorded to do ━━');
  const script = await ana.writes(dm, '', { files: [{ name: 'train.sh', content: train }] });
  const prompt = await stage.shows({
    thread: script,
    says: ['`train.sh` as train'],
    buttons: ['Submit…'],
  });
  await ana.presses(prompt, 'Submit…');
  const offer = await stage.shows({
    to: ANA,
    thread: script,
    says: ['Connect your Waldur account to submit.'],
    buttons: ['Connect…'],
  });
  await ana.presses(offer, 'Connect…');
  await stage.showsForm({ of: ANA, title: 'Connect Waldur', says: ['Waldur API token'] });
  await ana.fillsIn({ 'Waldur API token': tokens.ana ?? '' });
  await stage.showsForm({ of: ANA, title: 'Submit to Slurm', says: ['Name: [train]'] });
  const allocation = 'bio-gpu · 82 % of GPU hours used';
  await ana.searches('Allocation', 'gpu', allocation);
  await ana.fillsIn({ Allocation: allocation });
  const card = await stage.shows({ thread: script, says: [/[📤⏳] train — (Subm|Queued)/u] });
  await stage.shows({
    is: card,
    says: ['train — Submitted', 'No news from the cluster yet', '`48200` · bio'],
  });
  await ana.closes();

  await stage.says('── This Waldur cannot refresh, nor delete ──');
  await ana.chooses(card, 'Refresh');
  await stage.shows({
    to: ANA,
    thread: card,
    says: ['This Waldur cannot refresh on request; its last news of train is from today at '],
  });
  await ana.chooses(card, 'Details');
  const details = await stage.shows({ to: ANA, thread: card, says: ['train — Submitted'] });
  await ana.presses(details, 'Delete record…');
  await stage.showsForm({ of: ANA, title: 'Delete record', says: ['Remove train (`48200`)'] });
  await ana.fillsIn({});
  await stage.showsForm({
    of: ANA,
    title: 'Slurm',
    says: ['This Waldur cannot delete job records (it answered 500). Nothing changed.'],
  });
  await ana.closes();

  await stage.says('── Its hourly task reads the queue ──');
  await cluster.runHourlyTask();
  await stage.shows({ is: card, says: ['⏳ train — Queued'] });
  await stage.says('── The job starts, and the next hourly task sees it ──');
  await cluster.starts('train');
  await cluster.runHourlyTask();
  await stage.shows({ is: card, says: ['▶️ train — Running'] });
  await stage.shows({ thread: card, says: ['▶️ train started'] });
  await stage.ends();
}
