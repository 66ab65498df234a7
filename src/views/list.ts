import type { KnownBlock } from '@slack/types';
import type { ListedJob } from '../jobs/job.ts';
import type { Refused } from '../jobs/operation.ts';
import { phaseOf } from '../jobs/phase.ts';
import { approximate } from '../jobs/transition.ts';
import { type Choosable, deleteChoice, editChoice, refreshChoice } from './choices.ts';
import type { Intent } from './intent.ts';
import { actions, button, type Choice, type Message, more, mrkdwn, smallPrint } from './message.ts';
import { stateTitle } from './state.ts';
import { bold, count, escaped, grouped, named, quoted, when } from './text.ts';

/** One page of a list. */
export interface ListProps {
  /** With the counts of an array's tasks by state; empty for other jobs. */
  jobs: (ListedJob & { tasks: string })[];
  /** Where the page stands among the records, counted from 1; null when a filter makes it unknown. */
  range: { from: number; to: number } | null;
  /** How many records there are; null when Waldur did not say. */
  total: number | null;
  /** The filter as one would type it; empty when there is none. */
  filter: string;
  /** How many of the newest records were searched for the filter. */
  searched: number;
  now: Date;
  /** What this Waldur refuses, and is not offered. */
  refused: Refused;
  newer: Intent | null;
  older: Intent | null;
  further: Intent | null;
  /** Posts this page to the channel; null where there is no channel. */
  post: Intent | null;
  /** Whether this is the page that was posted to everyone: nobody acts on that one. */
  posted: boolean;
}

/** The answer to /slurm list: ten jobs, each with what can be done with it. */
export function jobList(props: ListProps): Message {
  const { jobs } = props;
  const title = heading(props);
  return {
    text: title,
    blocks: [
      smallPrint(title),
      ...jobs.map((job, index) => row(job, props, props.posted ? null : index)),
      ...actions(...choices(props).map((choice) => button(choice))),
    ],
  };
}

function heading({ jobs, range, total, filter, searched }: ListProps): string {
  if (filter === '' && total === 0) return 'There are no jobs that you may see in Waldur.';
  if (range !== null) {
    const of = total === null ? '' : ` of ${count(total, 'record')}`;
    return `${range.from} to ${range.to}${of}, newest first`;
  }
  const found = jobs.length === 0 ? 'No job' : count(jobs.length, 'job');
  return `${found} for ${quoted(filter)}, newest first. ${coverage(searched, total)}`;
}

function coverage(searched: number, total: number | null): string {
  if (total === null) return `Searched the newest ${grouped(searched)}.`;
  if (searched >= total) return `Searched all ${grouped(total)}.`;
  return `Searched the newest ${grouped(searched)} of ${grouped(total)}.`;
}

function choices({ newer, older, further, post }: ListProps): Choice[] {
  return [
    { label: 'Newer', intent: newer },
    { label: 'Older', intent: older },
    { label: 'Search further', intent: further },
    { label: 'Post to channel', intent: post },
  ].flatMap(({ label, intent }) => (intent === null ? [] : [{ label, intent }]));
}

function row(
  job: ListProps['jobs'][number],
  { now, refused }: ListProps,
  index: number | null,
): KnownBlock {
  const age = approximate(now.getTime() - job.created.getTime());
  const parts = [
    bold(job.name),
    stateTitle(phaseOf(job), job),
    ...(job.tasks === '' ? [] : [escaped(job.tasks)]),
    ...(job.slurmId === '' ? [] : [named(job.slurmId)]),
    ...(job.projectName === '' ? [] : [named(job.projectName)]),
    `${age} ago`,
    `as of ${when(job.modified)}`,
  ];
  const text = mrkdwn(parts.join(' · '));
  if (index === null) return { type: 'section', text };
  return { type: 'section', text, accessory: more(jobChoices({ ...job, refused }), `:${index}`) };
}

function jobChoices(job: Choosable): Choice[] {
  return [
    { label: 'Details', intent: { do: 'show', job: job.uuid } },
    ...refreshChoice(job),
    { label: 'Follow here', intent: { do: 'follow', job: job.uuid, direct: false } },
    ...editChoice(job),
    ...deleteChoice(job),
  ];
}
