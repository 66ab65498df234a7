import type { KnownBlock } from '@slack/types';
import { explainError } from '../jobs/explain-error.ts';
import type { AskedFor } from '../jobs/past.ts';
import { isEnd } from '../jobs/phase.ts';
import { runtimeState } from '../jobs/slurm-states.ts';
import { approximate, durationBetween, type Transition } from '../jobs/transition.ts';
import { againChoices } from './choices.ts';
import { actions, button, type Choice, type Message, section } from './message.ts';
import { mark } from './state.ts';
import { code, escaped, named, when } from './text.ts';

/** The facts that a reply tells. */
interface ReplyProps {
  /** The uuid of the followed record. */
  uuid: string;
  name: string;
  slurmId: string;
  errorMessage: string;
  /** Slack id of the person who asked to be told; mentioned at the end only. */
  person: string;
  /** Mark of the submission, so that it can be tried again; null if there is none. */
  submissionId: string | null;
  /** Counts of an array's tasks by state; empty for other jobs. */
  tasks: string;
  /** The file that it writes to; null if that is not known. */
  output: string | null;
  /** What it asked for; null if that is not known. */
  asked: AskedFor | null;
  changes: Transition[];
}

/**
 * One reply in the thread: what happened, in order. Changes that gathered during an outage are told together. The
 * person is mentioned in the sentence about the end, and nowhere else.
 */
export function reply(props: ReplyProps): Message {
  const text = props.changes.map((change) => sentence(props, change)).join('\n');
  const refused = props.changes.some(({ kind }) => kind === 'not submitted');
  const choices = props.changes.flatMap((change) => followChoice(props, change));
  return {
    text,
    blocks: [
      section(text),
      ...(refused ? refusal(props) : []),
      ...actions(...[...again(props), ...choices].slice(0, 5).map((choice) => button(choice))),
    ],
  };
}

/** What can be followed from here: a job that was found, or one that has been silent. */
function followChoice({ uuid }: ReplyProps, { kind, found }: Transition): Choice[] {
  const follow = (job: string) => ({ do: 'follow' as const, job, direct: false });
  if (found !== null) return [{ label: 'Follow it here', intent: follow(found.uuid) }];
  return kind === 'no news' ? [{ label: 'Follow again', intent: follow(uuid) }] : [];
}

/** The one thing that fits after an end. */
function again({ changes, ...props }: ReplyProps): Choice[] {
  const last = changes.at(-1);
  if (last?.kind !== 'ended' || last.toPhase === 'gone') return [];
  const { toPhase: phase, runtimeState } = last;
  return againChoices({ ...props, phase, runtimeState }, props.asked).slice(0, 1);
}

function refusal({ errorMessage, submissionId }: ReplyProps): KnownBlock[] {
  // Slurm may have it: a button would run it twice.
  if (submissionId === null || explainError(errorMessage).perhaps) return [];
  return actions(button({ label: 'Try again…', intent: { do: 'retry', mark: submissionId } }));
}

/** True if a reply with these changes mentions the person. */
export function mentions(changes: Pick<Transition, 'kind'>[]): boolean {
  return changes.some(
    ({ kind }) => kind === 'ended' || kind === 'not submitted' || kind === 'no news',
  );
}

/** What happened, after the mark of the job's state and its name, because two jobs can share a thread. */
function sentence(props: ReplyProps, change: Transition): string {
  const { kind, toPhase } = change;
  return `${mark(toPhase, props)} ${words[kind](props, change)}`;
}

type Words = (props: ReplyProps, change: Transition) => string;

const words: Record<Transition['kind'], Words> = {
  started,
  requeued: back,
  found: turnedUp,
  'no news': noNews,
  'not shown': ({ name }) => `${named(name)}: ${notShown}`,
  'not submitted': notSubmitted,
  ended,
  other: ended,
};

function ended(props: ReplyProps, change: Transition): string {
  return `<@${props.person}> ${named(props.name)} ${ending(props, change)}`;
}

/** The sentence about a job that Waldur did not show while it showed others. */
export const notShown =
  'Waldur’s last look didn’t show it. It may have ended, or Waldur could not read your queue.';

/** The sentence about a job that came back, or had never been gone. */
function back({ name }: ReplyProps, { fromPhase, toPhase }: Transition): string {
  if (fromPhase === 'gone') return `${named(name)} is in Waldur again: ${toPhase}.`;
  if (fromPhase === 'left the queue') {
    return `${named(name)} is in the queue after all: ${toPhase}.`;
  }
  const taken = isEnd(fromPhase) ? ` What was said of its end (${fromPhase}) does not hold.` : '';
  return `${named(name)} is back in the queue (requeued).${taken}`;
}

function turnedUp({ name }: ReplyProps, { found }: Transition): string {
  const slurmId = found?.slurmId ?? '';
  return `${named(name)}: Slurm job ${code(slurmId)} has turned up in the queue since, with the name of this script and without a person in Waldur. It may be this one: look before you submit it again.`;
}

function noNews(
  { name, person, slurmId }: ReplyProps,
  { fromPhase, lastBefore }: Transition,
): string {
  const id =
    slurmId === ''
      ? ''
      : ` Look at ${code(`squeue -j ${slurmId}`)} or ${code(`sacct -j ${slurmId}`)} on the cluster.`;
  return `<@${person}> ${named(name)}: no news for 7 days, so I don’t follow it any more. Last seen ${fromPhase} ${when(lastBefore)}.${id}`;
}

function started({ name }: ReplyProps, change: Transition): string {
  const waited = change.fromPhase === 'queued' ? durationBetween(change) : null;
  const after = waited === null ? '' : ` after ${approximate(waited)} in the queue`;
  return `${named(name)} started${after}.`;
}

function notSubmitted({ name, person, errorMessage }: ReplyProps): string {
  const { perhaps, sentence } = explainError(errorMessage);
  const told = escaped(sentence);
  return perhaps
    ? `<@${person}> ${named(name)}: ${told}`
    : `<@${person}> ${named(name)} was not submitted: ${told}`;
}

function ending(props: ReplyProps, change: Transition): string {
  if (change.toPhase === 'gone') {
    return 'is not in Waldur any more: its record was deleted or unlinked, or you may not see it now. The job itself may go on in Slurm.';
  }
  if (change.toPhase === 'left the queue') return leftTheQueue(props, change);
  // Each task of an array ends by itself, so this says how many ended in which way, and which failed.
  if (props.tasks !== '') return `has ended: ${escaped(props.tasks)}.`;
  const { meaning, advice } = runtimeState(change.runtimeState);
  const told = `${named(meaning, 300)}${lasted(change)}.`;
  return advice === '' ? told : `${told} ${advice}`;
}

/** " after about 4 h" if the looks around the end are close, otherwise when it was last seen running. */
function lasted(change: Transition): string {
  if (change.fromPhase !== 'running') return '';
  const ran = durationBetween(change);
  if (ran !== null) return ` after ${approximate(ran)}`;
  return `; it was still running ${when(change.lastBefore)}`;
}

function leftTheQueue({ tasks, output }: ReplyProps, change: Transition): string {
  const seen = `It was last seen ${change.fromPhase} ${when(change.lastBefore)}`;
  const parts = tasks === '' ? '' : ` Tasks: ${escaped(tasks)}.`;
  const where = output === null ? '' : `; its output is in ${code(output)}`;
  return `is no longer in the queue, and Waldur doesn’t know how it ended.${parts} ${seen}${where}.`;
}
