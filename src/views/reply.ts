import type { KnownBlock } from '@slack/types';
import { explainError } from '../jobs/erred.ts';
import { type Phase, runtimeState } from '../jobs/phase.ts';
import { approximate, durationBetween, type TransitionKind } from '../jobs/transition.ts';
import { actions, button, context, type Message, section } from './message.ts';
import { code, escaped, line, named, when } from './text.ts';

/** A change that the thread is told. */
export interface Change {
  kind: TransitionKind;
  fromPhase: Phase;
  toPhase: Phase;
  /** Slurm's word for the new state. */
  word: string;
  fromSince: Date;
  lastBefore: Date;
  firstAfter: Date;
}

/** What a reply is about. */
export interface ReplyProps {
  name: string;
  slurmId: string;
  errorMessage: string;
  /** Slack id of the person who asked to be told; mentioned at the end only. */
  person: string;
  /** Mark of the submission, so that it can be tried again; null when there is none. */
  submissionId: string | null;
  changes: Change[];
}

/**
 * One reply in the thread: what happened, in order. Several changes are told at once when they gathered
 * during an outage. The person is mentioned in the sentence about the end, and nowhere else.
 */
export function reply(props: ReplyProps): Message {
  const text = props.changes.map((change) => sentence(props, change)).join('\n');
  const refused = props.changes.some(({ kind }) => kind === 'not submitted');
  return { text, blocks: [section(text), ...(refused ? refusal(props) : [])] };
}

function refusal({ errorMessage, submissionId }: ReplyProps): KnownBlock[] {
  const said = explainError(errorMessage).said.slice(0, 5);
  const again = { label: 'Try again…', command: `submit again ${submissionId}` };
  return [
    ...(said.length === 0
      ? []
      : [context(`Waldur said: ${said.map((each) => code(each, 300)).join(' · ')}`)]),
    ...(submissionId === null ? [] : actions(button(again))),
  ];
}

/** Whether a reply with these changes mentions the person. */
export function mentions(changes: Pick<Change, 'kind'>[]): boolean {
  return changes.some(({ kind }) => kind === 'ended' || kind === 'not submitted');
}

function sentence(props: ReplyProps, change: Change): string {
  if (change.kind === 'started') return started(change);
  if (change.kind === 'requeued') return `${named(props.name)} is back in the queue (requeued).`;
  if (change.kind === 'not submitted') return notSubmitted(props);
  return `<@${props.person}> ${named(props.name)} ${ending(props, change)}`;
}

function started(change: Change): string {
  const waited = change.fromPhase === 'queued' ? durationBetween(change) : null;
  return waited === null ? 'Started.' : `Started after ${approximate(waited)} in the queue.`;
}

function notSubmitted({ name, person, errorMessage }: ReplyProps): string {
  const { kind, sentence } = explainError(errorMessage);
  const told = escaped(sentence);
  return kind === 'warning'
    ? `<@${person}> ${named(name)}: ${told}`
    : `<@${person}> ${named(name)} was not submitted: ${told}`;
}

function ending({ slurmId }: ReplyProps, change: Change): string {
  if (change.toPhase === 'gone') {
    return 'is not in Waldur any more: its record was deleted or unlinked, or you may not see it now. The job itself may go on in Slurm.';
  }
  if (change.toPhase === 'left the queue') return leftTheQueue(slurmId, change);
  const { meaning, word, advice } = runtimeState(change.word);
  const what = change.toPhase === 'completed' ? meaning : `${meaning} (${escaped(line(word))})`;
  const told = `${what}${lasted(change)}.`;
  return advice === '' ? told : `${told} ${advice}`;
}

/** " after about 4 h" where the looks around the end are close, else when it was last seen running. */
function lasted(change: Change): string {
  if (change.fromPhase !== 'running') return '';
  const ran = durationBetween(change);
  if (ran !== null) return ` after ${approximate(ran)}`;
  return `; it was still running at ${when(change.lastBefore, 'time')}`;
}

function leftTheQueue(slurmId: string, change: Change): string {
  const seen = `last seen ${change.fromPhase} at ${when(change.lastBefore, 'time')}`;
  return `is no longer in the queue. Waldur does not know how it ended; ${seen}. Look at ${code(`slurm-${slurmId}.out`)}.`;
}
