import type { KnownBlock } from '@slack/types';
import { differenceInMilliseconds } from 'date-fns';
import type { Refused } from '../jobs/abilities.ts';
import type { ListedJob } from '../jobs/job.ts';
import type { Phase } from '../jobs/phase.ts';
import { approximate } from '../jobs/transition.ts';
import { type Choosable, deleteChoice, editChoice, refreshChoice } from './choices.ts';
import type { Intent } from './intent.ts';
import { actions, button, type Choice, type Message, more, mrkdwn, smallPrint } from './message.ts';
import { stateTitle } from './state.ts';
import { bold, count, escaped, grouped, named, quoted, when } from './text.ts';

/** One page of a list. */
export interface ListProps {
  /** With what all rows of a job say: its phase, and the counts of an array's tasks (empty for other jobs). */
  jobs: (ListedJob & { phase: Phase; tasks: string })[];
  /** Where the page stands among the records, counted from 1; null when a filter makes it unknown. */
  range: { from: number; to: number } | null;
  /** How many records there are; null when Waldur did not say. */
  total: number | null;
  /** The filter as one would type it; empty when there is none. */
  filter: string;
  /** How many of the newest records were searched for the filter. */
  searched: number;
  /** How many records could not be read, and are left out. */
  unread: number;
  now: Date;
  /** What this Waldur refuses, or this person may not do in a project, and is not offered. */
  refusedIn(projectName: string): Refused;
  newer: Intent | null;
  older: Intent | null;
  further: Intent | null;
  /** Posts this page to the channel; null if there is no channel. */
  post: Intent | null;
  /** True if this is the page that was posted to everyone: nobody acts on that one. */
  posted: boolean;
}

/** The answer to /slurm list: ten jobs, each with what can be done with it. */
export function jobList(props: ListProps): Message {
  const { jobs } = props;
  const headline = heading(props);
  return {
    text: headline,
    blocks: [
      smallPrint(headline),
      ...jobs.map((job, index) => row(job, props, props.posted ? null : index)),
      ...actions(...choices(props).map((choice) => button(choice))),
    ],
  };
}

function heading(props: ListProps): string {
  const { unread } = props;
  return unread === 0
    ? title(props)
    : `${title(props).replace(/(?<=[^.])$/, '.')} ${count(unread, 'record')} could not be read.`;
}

function title({ jobs, range, total, filter, searched, older }: ListProps): string {
  if (filter === '' && total === 0) return 'There are no jobs that you may see in Waldur.';
  if (filter === '' && jobs.length === 0) return 'There is nothing to show.';
  if (range !== null) {
    const of = total === null ? '' : ` of ${count(total, 'record')}`;
    return `${range.from} to ${range.to}${of}, newest first`;
  }
  const atLeast = older !== null ? 'At least ' : '';
  const found = jobs.length === 0 ? 'No job' : `${atLeast}${count(jobs.length, 'job')}`;
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
  { now, refusedIn }: ListProps,
  index: number | null,
): KnownBlock {
  const age = approximate(differenceInMilliseconds(now, job.created));
  const parts = [
    bold(job.name),
    stateTitle(job.phase, job),
    ...(job.tasks === '' ? [] : [escaped(job.tasks)]),
    ...(job.slurmId === '' ? [] : [named(job.slurmId)]),
    ...(job.projectName === '' ? [] : [named(job.projectName)]),
    `${age} ago`,
    `as of ${when(job.modified)}`,
  ];
  const text = mrkdwn(parts.join(' · '));
  const refused = refusedIn(job.projectName);
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
