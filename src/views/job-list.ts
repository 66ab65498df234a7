import type { KnownBlock } from '@slack/types';
import { min } from '../dates.ts';
import type { Refused } from '../jobs/abilities.ts';
import { type Filter, formatFilter, type ListedPhase, meantPhase } from '../jobs/filter.ts';
import type { ListedJob } from '../jobs/job.ts';
import { isEnd, type Phase } from '../jobs/phase.ts';
import {
  againChoices,
  type Choosable,
  editChoice,
  refreshChoice,
  submitAScript,
} from './choices.ts';
import type { IntentTo } from './intent.ts';
import { actions, button, type Choice, type Message, more, section } from './message.ts';
import { mark, stateTitle } from './state.ts';
import { bold, capital, code, count, escaped, grouped, named, quoted, when } from './text.ts';

type Wish = IntentTo<'list'>;

/** A job of the list, with what all of its rows say, and who submitted it (empty if that is not known). */
export type Row = ListedJob & { phase: Phase; tasks: string; ownerName: string };

/** One page of a list. */
interface ListProps {
  jobs: Row[];
  /** Where the page stands, counted from 1; null if that is not known. */
  range: { from: number; to: number } | null;
  /** How many there are in all; null if that is not known. */
  of: { number: number; noun: 'record' | 'job' } | null;
  filter: Filter;
  /** How many of the newest records were searched for the filter, and how many there are (null: Waldur did not say). */
  searched: number;
  total: number | null;
  /** How many records could not be read, and are left out. */
  unread: number;
  /** The operations that are not offered: this Waldur refuses them, or the person may not do them in this project. */
  refusedIn(projectName: string): Refused;
  newer: Wish | null;
  older: Wish | null;
  further: Wish | null;
  /** Posts this page to the channel; null if there is no channel. */
  post: Wish | null;
  /**
   * The person whose page was posted to everyone. Such a page has no buttons for jobs. Null for the person's own page.
   */
  postedBy: string | null;
}

/** The answer to /slurm list: ten jobs of two lines, each with its choices. */
export function jobList(props: ListProps): Message {
  const { jobs, postedBy } = props;
  const headline = heading(props);
  const rows = jobs.map(rowText);
  return {
    text: [headline, ...rows].join('\n'),
    blocks: [
      section(headline),
      ...rows.map((text, index) => rowBlock(text, jobs[index], postedBy === null, props, index)),
      ...(postedBy === null ? actions(...choices(props).map((choice) => button(choice))) : []),
    ],
  };
}

function heading(props: ListProps): string {
  const { unread, jobs, further } = props;
  const isEmpty = jobs.length === 0;
  const searched = isEmpty ? `I searched ${coverage(props)}.` : `searched ${coverage(props)}`;
  return [
    isEmpty ? nothing(props) : title(props),
    ...(further === null ? [] : [searched]),
    ...(unread === 0 ? [] : [`${count(unread, 'record')} could not be read.`]),
  ].join(isEmpty ? ' ' : ' · ');
}

function title({ jobs, range, of, filter, postedBy }: ListProps): string {
  const searched = formatFilter({ ...filter, mine: true });
  return [
    whose(filter, postedBy),
    ...(searched === '' ? [] : [quoted(searched)]),
    ...(range === null ? [] : [`${grouped(range.from)}–${grouped(range.to)}${outOf(of)}`]),
    ...asOf(jobs),
  ].join(' · ');
}

function whose({ mine }: Filter, postedBy: string | null): string {
  if (postedBy === null) return mine ? '*Your jobs*' : '*Jobs you can see*';
  return mine ? `Jobs of ${named(postedBy)}` : `Jobs that ${named(postedBy)} can see`;
}

function outOf(of: ListProps['of']): string {
  if (of === null) return '';
  return of.noun === 'job' ? ` of ${grouped(of.number)}` : ` of ${count(of.number, 'record')}`;
}

/** The age of the oldest news about a job that still goes on. */
function asOf(jobs: Row[]): string[] {
  const times = jobs.flatMap(({ phase, modified }) => (isEnd(phase) ? [] : [modified]));
  return times.length === 0 ? [] : [`as of ${when(min(times))}`];
}

/** The answer if there are no jobs: what that means, and what was probably meant. */
function nothing({ filter, newer, total }: ListProps): string {
  const searched = formatFilter({ ...filter, mine: true });
  if (searched !== '') {
    const meant = meantPhase(filter);
    const question = meant === null ? '' : ` Did you mean ${meant}?`;
    return `No jobs match ${quoted(searched)}.${question}`;
  }
  if (newer !== null) return 'There are no older ones.';
  if (filter.mine) return 'You have no jobs yet. Send me a batch script, or submit one here.';
  return total === 0
    ? 'There are no jobs that you may see in Waldur.'
    : 'There is nothing to show.';
}

function coverage({ searched, total }: ListProps): string {
  const of = total === null ? '' : ` of ${grouped(total)}`;
  return `the newest ${grouped(searched)}${of}`;
}

function choices(props: ListProps): Choice[] {
  const { filter, newer, older, further, post, jobs } = props;
  const move = [
    { label: 'Newer', intent: newer },
    { label: 'Older', intent: older },
    { label: 'Search further', intent: further },
    { label: 'Post to channel', intent: post },
  ].flatMap(({ label, intent }) => (intent === null ? [] : [{ label, intent }]));
  const isNew = jobs.length === 0 && formatFilter(filter) === '';
  return [...(isNew ? [submitAScript] : []), ...quickFilters(filter), ...move];
}

function quickFilters(filter: Filter): Choice[] {
  const show = (label: string, change: Partial<Filter>): Choice => ({
    label,
    intent: { do: 'list', filter: { ...filter, ...change }, move: null, post: false, here: true },
  });
  const meant = meantPhase(filter);
  const only = (phase: ListedPhase) =>
    filter.phases.join() === phase ? [] : [show(capital(phase), { phases: [phase], words: [] })];
  const states: ListedPhase[] = ['running', 'failed'];
  return [
    filter.mine ? show('All I can see', { mine: false }) : show('Only mine', { mine: true }),
    ...(meant === null || states.includes(meant) ? [] : only(meant)),
    ...states.flatMap(only),
    ...(filter.phases.length + filter.words.length === 0
      ? []
      : [show('Any', { phases: [], words: [] })]),
  ];
}

function rowText(job: Row): string {
  const { phase, name, tasks, slurmId, projectName, ownerName, created } = job;
  const first = [stateTitle(job), ...(tasks === '' ? [] : [escaped(tasks)])].join(' · ');
  const second = [
    slurmId === '' ? 'no Slurm id yet' : code(slurmId),
    ...(projectName === '' ? [] : [named(projectName)]),
    ...(ownerName === '' ? [] : [named(ownerName)]),
    when(created),
  ].join(' · ');
  return `${mark(phase, job)} ${bold(name)} — ${first}\n${second}`;
}

function rowBlock(
  text: string,
  job: Row | undefined,
  isTheirs: boolean,
  { refusedIn }: ListProps,
  index: number,
): KnownBlock {
  const plain = section(text);
  if (job === undefined || !isTheirs) return plain;
  return {
    ...plain,
    accessory: more(jobChoices({ ...job, refused: refusedIn(job.projectName) }), `:${index}`),
  };
}

function jobChoices(job: Choosable & Row): Choice[] {
  const goesOn = !isEnd(job.phase);
  return [
    { label: 'Details', intent: { do: 'show', job: job.uuid } },
    ...againChoices(job, null),
    ...(goesOn ? refreshChoice(job) : []),
    { label: 'Follow here', intent: { do: 'follow', job: job.uuid, direct: false } },
    ...(goesOn ? editChoice(job) : []),
  ];
}
