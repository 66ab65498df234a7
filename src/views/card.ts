import type { KnownBlock } from '@slack/types';
import type { Past } from '../jobs/past.ts';
import { isEnd } from '../jobs/phase.ts';
import { SILENT_RUNS } from '../jobs/queue-inference.ts';
import type { ClosedReason } from '../jobs/transition.ts';
import { brief } from './asked.ts';
import { againChoices, type Choosable, editChoice, refreshChoice } from './choices.ts';
import { actions, button, type Message, more, section, smallPrint } from './message.ts';
import { notShown } from './reply.ts';
import { headline, type Told } from './state.ts';
import { story } from './story.ts';
import { code, named, when } from './text.ts';

/** What the card shows of a followed job. */
interface CardProps extends Choosable, Told {
  slurmId: string;
  /** Mark of the submission that made it; null if the bot did not submit it. */
  submissionId: string | null;
  projectName: string;
  ownerName: string;
  submittedAt: Date;
  past: Past;
  /** When it was last seen. */
  seenAt: Date;
  /** When Waldur last heard of the job. */
  asOf: Date;
  /** When Waldur last answered, if asking fails now; null while it works. */
  lastChecked: Date | null;
  /** True if the job is not read until the person who follows it connects to Waldur again. */
  paused: boolean;
  /** A sentence about this thread, for instance why it is here; mrkdwn, may be empty. */
  note: string;
  deletedBy: string | null;
  /** How many runs of Waldur's hourly task in a row have read other jobs but not this one. */
  silentRuns: number;
  /** Why it is not followed any more; null while it is. */
  closed: ClosedReason | null;
}

/** The one message that shows a job as it is now, in three lines. It mentions nobody. */
export function card(props: CardProps): Message {
  const { shown, said } = headline(props, { paused: isPaused(props) });
  const told = middle(props);
  const print = facts(props);
  const notes = remarks(props);
  return {
    text: [said, told, print, ...notes].filter((line) => line !== '').join('\n'),
    blocks: [
      section(told === '' ? shown : `${shown}\n${told}`),
      ...[print, ...notes].map(smallPrint),
      ...buttons(props),
    ],
  };
}

const isPaused = ({ paused, phase }: CardProps) => paused && !isEnd(phase);

function middle(props: CardProps): string {
  if (isPaused(props)) {
    return 'I ask Waldur again when the person who follows this job connects again.';
  }
  return props.deletedBy !== null && props.phase === 'gone'
    ? `${named(props.deletedBy)} deleted its record. The job itself may go on in Slurm.`
    : story(props, props.past, { createdAt: props.submittedAt, now: props.seenAt });
}

/** "`48213` · bio · gpu · 1 node · 32 GB · 4 h 30 min · Ana Tamm · seen 14:00" */
function facts({ slurmId, projectName, ownerName, past, asOf }: CardProps): string {
  return [
    slurmId === '' ? 'no Slurm id yet' : code(slurmId),
    ...(projectName === '' ? [] : [named(projectName)]),
    ...(past.asked === null ? [] : brief(past.asked)),
    ...(ownerName === '' ? [] : [named(ownerName)]),
    clock(asOf),
  ].join(' · ');
}

function remarks(props: CardProps): string[] {
  const { note, silentRuns, lastChecked, phase, closed, deletedBy } = props;
  return [
    note,
    silentRuns >= SILENT_RUNS && !isEnd(phase) ? notShown : '',
    lastChecked === null
      ? ''
      : `I couldn’t read this job in Waldur; last checked ${when(lastChecked)}.`,
    deletedBy !== null && phase !== 'gone' ? `${named(deletedBy)} deleted its record.` : '',
    closed === 'gone' && phase !== 'gone' ? 'Its record is not in Waldur any more.' : '',
    closed === 'no news' ? 'I don’t follow it any more: there was no news for 7 days.' : '',
    closed !== null && phase === 'left the queue'
      ? 'I don’t follow it any more: Waldur has learned nothing else.'
      : '',
  ].filter((text) => text !== '');
}

/** The clock of a card. A new time alone is no news. */
export function clock(asOf: Date): string {
  return `seen ${when(asOf)}`;
}

/** The buttons that make sense in this state. The rest is in *Details*. */
function buttons(props: CardProps): KnownBlock[] {
  const details = {
    label: 'Details',
    intent: { do: 'show' as const, job: props.uuid },
  };
  const again = againChoices(props, props.past.asked).map((choice) => button(choice));
  // Without a record, only who submitted it can run it again.
  if (props.phase === 'gone' || props.closed === 'gone')
    return props.submissionId === null ? [] : actions(...again);
  if (isEnd(props.phase)) return actions(...again, button(details));
  const choices = [details, ...refreshChoice(props), ...editChoice(props)];
  return actions(choices.length === 1 ? button(details) : more(choices));
}
