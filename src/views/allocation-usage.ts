import type { Allocation } from '../jobs/job.ts';
import { myJobs, submitAScript } from './choices.ts';
import { actions, button, type Message, say, section } from './message.ts';
import { code, count, grouped, named } from './text.ts';

/** Slack takes 50 blocks a message; these leave room for a heading and the buttons. */
const MOST = 40;

/** What Waldur counts of an allocation, in the order in which it is shown. */
const resources = [
  { of: 'gpu', word: 'GPU hours' },
  { of: 'cpu', word: 'CPU hours' },
  { of: 'ram', word: 'GB-hours of memory' },
] as const;

/** The answer to /slurm usage: what each allocation may use, and what is left of it. */
export function usage(allocations: Allocation[]): Message {
  if (allocations.length === 0) return say(none);
  const shown = allocations.slice(0, MOST);
  const more = allocations.length - shown.length;
  return {
    text: shown.map(said).join('\n'),
    blocks: [
      section('*Your allocations*'),
      ...shown.map((allocation) => section(bars(allocation))),
      ...(more === 0 ? [] : [section(`and ${count(more, 'more allocation')}`)]),
      ...actions(button(myJobs), button(submitAScript)),
    ],
  };
}

const none = 'You have no active allocation in Waldur. Ask whoever manages your project for one.';

/** One allocation, with a bar for each thing that is limited; mrkdwn. */
export function bars(allocation: Allocation): string {
  const { name, projectName, serviceName } = allocation;
  const place = `${code(name)} · ${named(projectName)} on ${named(serviceName)}`;
  return [place, ...told(allocation, (share) => `${bar(share)} `)].join('\n');
}

/** The same in one line, for notifications and screen readers. */
function said(allocation: Allocation): string {
  return `${named(allocation.name)}: ${told(allocation, () => '').join(', ')}`;
}

function told({ usage: used, limit }: Allocation, drawn: (share: number) => string): string[] {
  const lines = resources.flatMap(({ of, word }) => {
    const [spent, most] = [used[of], limit[of]];
    if (most > 0) return [drawn(spent / most) + usedOf(spent, most, word)];
    return spent > 0 ? [`${hours(spent)} ${word} used, no limit`] : [];
  });
  return lines.length === 0 ? ['nothing used, no limit'] : lines;
}

/** Such as `82 % of 100 GPU hours used, 18 left`. More than all of it can be used: usage is counted afterwards. */
function usedOf(spent: number, most: number, word: string): string {
  const percent = Math.floor((spent / most) * 100);
  const rest = spent < most ? `${hours(most - spent)} left` : 'nothing left';
  return `${percent} % of ${hours(most)} ${word} used, ${rest}`;
}

/** Whole hours, or tenths where there are few. */
function hours(n: number): string {
  return n < 10 ? String(Math.floor(n * 10) / 10) : grouped(Math.floor(n));
}

const WIDTH = 10;

function bar(share: number): string {
  const full = Math.min(WIDTH, Math.floor(share * WIDTH));
  return '▰'.repeat(full) + '▱'.repeat(WIDTH - full);
}
