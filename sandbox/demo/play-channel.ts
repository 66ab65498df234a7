import { ANA, BEN, dmWith, JOBS } from '../slack/world.ts';
import type { MessageEntry } from './entries.ts';
import type { Actor } from './person.ts';
import { fold, ocean } from './sample-scripts.ts';
import type { World } from './sandboxes.ts';
import type { Stage } from './stage.ts';

const MY_CHANNEL = dmWith(ANA);
const GPU = 'bio-gpu · 82 % of GPU hours used';
const CLIMATE = 'climate-2026 · 41 % of CPU hours used';

/** A job that fails, in the thread of somebody else's script. */
export async function failsInAChannel({ cluster }: World, stage: Stage, ana: Actor): Promise<void> {
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
  const card = await stage.shows({
    thread: script,
    says: [/[📤⏳] ocean — (Subm|Queued)/u, 'climate · '],
  });
  await stage.showsForm({ of: ANA, title: 'Submit to Slurm', says: ['Submitted ocean.'] });
  await ana.closes();

  await stage.says('── It starts, and needs more memory than it asked for ──');
  await cluster.starts('ocean');
  await stage.shows({ is: card, says: ['▶️ ocean — Running'] });
  await stage.shows({ thread: card, says: ['▶️ ocean started'] });
  await cluster.ends('ocean', 'OUT_OF_MEMORY');
  await stage.shows({ is: card, says: ['❌ ocean — Failed: out of memory', 'It asked for 8 GB.'] });
  const end = await stage.shows({
    thread: card,
    says: ['❌ @Ana ocean ran out of memory'],
    buttons: ['Run again with 16 GB…'],
  });

  await ana.writes(JOBS, '<@U0SLURMBOT> show', { thread: card });
  await stage.shows({ to: ANA, thread: card, says: ['❌ ocean — Failed', 'climate · '] });

  await stage.says('── Ana runs it again with twice as much ──');
  await ana.presses(end, 'Run again with 16 GB…');
  await stage.showsForm({
    of: ANA,
    title: 'Submit to Slurm',
    says: [
      '`48201` ran out of memory.',
      'Shared by @Ben. It will run as you.',
      '4 - #SBATCH --mem=8G',
      '4 + #SBATCH --mem=16G',
      'Memory (optional): [16G]',
    ],
    buttons: ['Submit job'],
  });
  await ana.fillsIn({});
  const again = await stage.shows({
    thread: script,
    says: [/[📤⏳] ocean — (Subm|Queued)/u, ' · 16 GB · '],
  });
  await stage.showsForm({ of: ANA, title: 'Submit to Slurm', says: ['Submitted ocean.'] });
  await ana.closes();
  await cluster.starts('ocean');
  await stage.shows({ is: again, says: ['▶️ ocean — Running'] });
  await stage.shows({ thread: again, says: ['▶️ ocean started'] });
  await cluster.ends('ocean', 'COMPLETED');
  await stage.shows({ is: again, says: ['✅ ocean — Completed'], buttons: ['Run again…'] });
  await stage.shows({ thread: again, says: [/^✅ @Ana ocean completed/] });
}

/** A submission whose fate is not known at first. @returns the card of the second one, in a channel */
export async function losesAnAnswer(
  { cluster }: World,
  stage: Stage,
  ana: Actor,
): Promise<MessageEntry> {
  await stage.says(
    '── Waldur never answers, Ana closes the form, and Slack loses an answer too ──',
  );
  await ana.types(JOBS, '/slurm submit');
  await stage.showsForm({ of: ANA, title: 'Submit to Slurm', says: ['Batch script: ['] });
  const values = {
    'Batch script': [{ name: 'fold.sh', content: fold }],
    Allocation: CLIMATE,
    'Follow it in': JOBS,
  };
  await stage.losesAnswer('chat.postMessage');
  await cluster.losesSubmission(() => ana.fillsIn(values), ana.closes);
  const told = await stage.shows({
    in: MY_CHANNEL,
    says: ['fold: Waldur’s answer was lost', 'most likely not submitted'],
    buttons: ['Submit again…'],
  });
  await stage.looksFor(told, 'conversations.history');
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
  await ana.fillsIn({});
  const card = await stage.shows({ in: JOBS, says: ['fold — '] });
  await stage.showsForm({ of: ANA, title: 'Submit to Slurm', says: ['Submitted fold.'] });
  await ana.closes();
  await stage.shows({ is: card, says: ['⏳ fold — Queued'] });
  return card;
}

/** Jobs in Waldur are shown to a channel, and deleted. */
export async function deletes(stage: Stage, ana: Actor, card: MessageEntry): Promise<void> {
  await stage.says('── Ana shows the queue to the channel, and deletes the record ──');
  await ana.types(JOBS, '/slurm list queued');
  const list = await stage.shows({
    to: ANA,
    in: JOBS,
    says: ['Your jobs · “queued” · 1–1 of 1', '⏳ fold — Queued'],
    buttons: ['Post to channel'],
  });
  await stage.says('(Slack refuses the response_url once, on purpose.)');
  await stage.losesAnswer('response_url', 'ratelimited');
  await ana.presses(list, 'Post to channel');
  await stage.shows({ in: JOBS, says: ['⏳ fold — Queued'], without: ['Post to channel'] });
  await ana.presses(card, 'Details');
  const details = await stage.shows({ to: ANA, in: JOBS, says: ['fold — Queued'] });
  await ana.presses(details, 'Delete record…');
  await stage.showsForm({
    of: ANA,
    title: 'Delete record',
    says: ['Remove fold (`48203`) from Waldur?', '`scancel 48203` does.'],
    buttons: ['Delete record', 'Keep'],
  });
  await ana.fillsIn({});
  await stage.showsForm({ of: ANA, title: 'Slurm', says: ['The record of fold is deleted.'] });
  await stage.shows({ is: card, says: ['🗑 fold — ', 'Ana Tamm deleted its record.'] });
}
