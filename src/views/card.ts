import type { KnownBlock } from '@slack/types';
import { explainError } from '../jobs/explain-error.ts';
import { isEnd, isHeldBack, type Phase } from '../jobs/phase.ts';
import { SILENT_RUNS } from '../jobs/queue-inference.ts';
import { runtimeState } from '../jobs/slurm-states.ts';
import type { ClosedReason } from '../jobs/transition.ts';
import { type Choosable, deleteChoice, editChoice, refreshChoice } from './choices.ts';
import { heldBack, leftTheQueue } from './details.ts';
import { actions, button, type Message, more, section, smallPrint } from './message.ts';
import { notShown } from './reply.ts';
import { stateText, stateTitle } from './state.ts';
import { bold, capital, code, escaped, named, when } from './text.ts';

/** What the card shows of a followed job. */
export interface CardProps extends Choosable {
  name: string;
  phase: Phase;
  runtimeState: string;
  slurmId: string;
  projectName: string;
  ownerName: string;
  errorMessage: string;
  submittedAt: Date;
  /** When it was seen last. */
  seenAt: Date;
  /** When Waldur last heard of the job. */
  asOf: Date;
  /** When Waldur was last asked with success, where asking fails now; null while it works. */
  lastChecked: Date | null;
  /** True if nobody looks until the person who follows it connects to Waldur again. */
  paused: boolean;
  /** A sentence about this thread, for instance why it is here; mrkdwn, may be empty. */
  note: string;
  deletedBy: string | null;
  /** Counts of an array's tasks by state; empty for other jobs. */
  tasks: string;
  /** How many runs of Waldur's hourly task in a row have read others and not this job. */
  silentRuns: number;
  /** Why it is not followed any more; null while it is. */
  closed: ClosedReason | null;
}

/** The one message that shows a job as it is now. It mentions nobody. */
export function card(props: CardProps): Message {
  const { name, phase, slurmId } = props;
  const id = slurmId === '' ? '' : `. Slurm job ${named(slurmId)}`;
  return {
    text: `${named(name)}: ${stateText(phase, props)}${id}`,
    blocks: [
      section(`${bold(name)} — ${stateTitle(phase, props)}`),
      ...meaning(props),
      { type: 'section', fields: fields(props) },
      ...notes(props).map(smallPrint),
      ...buttons(props),
    ],
  };
}

function fields({ slurmId, tasks, projectName, ownerName, submittedAt }: CardProps) {
  const texts = [
    slurmId === '' ? 'Slurm job not known yet' : `Slurm job ${code(slurmId)}`,
    ...(tasks === '' ? [] : [`Tasks: ${escaped(tasks)}`]),
    ...(projectName === '' ? [] : [`Project ${named(projectName)}`]),
    `Submitted ${when(submittedAt)}`,
    ...(ownerName === '' ? [] : [`By ${named(ownerName)}`]),
  ];
  return texts.map((text) => ({ type: 'mrkdwn' as const, text, verbatim: true }));
}

/** What the state means and what people do about it, where that is more than the word on the card. */
function meaning(props: CardProps): KnownBlock[] {
  const { phase, runtimeState: text, errorMessage, submittedAt, seenAt } = props;
  if (isHeldBack(phase, submittedAt, seenAt)) return [section(heldBack)];
  if (phase === 'submitted') {
    return [
      section('Slurm has it. No news from the cluster yet; Waldur may ask for it once an hour.'),
    ];
  }
  if (phase === 'erred') {
    return [section(escaped(capital(explainError(errorMessage).sentence)))];
  }
  if (phase === 'left the queue') {
    return [section(leftTheQueue)];
  }
  if (phase === 'unknown' && text !== '') {
    return [section(`Slurm says ${code(text)}, which the bot does not know.`)];
  }
  if (phase === 'failed' || phase === 'cancelled') {
    const state = runtimeState(text);
    const first = `It ${state.meaning} (${code(state.word)}).`;
    return [section([first, state.advice].filter((part) => part !== '').join(' '))];
  }
  return [];
}

function notes(props: CardProps): string[] {
  const paused =
    props.paused && !isEnd(props.phase)
      ? ['Paused: Waldur is not asked until the person who follows this job connects again.']
      : [];
  const age =
    props.lastChecked === null
      ? clock(props.asOf)
      : `Waldur cannot be reached; last checked ${when(props.lastChecked)}.`;
  const deleted = props.deletedBy === null ? [] : [`Record deleted by ${named(props.deletedBy)}.`];
  return [
    ...(props.note === '' ? [] : [props.note]),
    ...(props.silentRuns >= SILENT_RUNS && !isEnd(props.phase) ? [notShown] : []),
    ...paused,
    ...deleted,
    ...unfollowed(props),
    age,
  ];
}

/** What a card says of its age; moving it alone is no news. */
export function clock(asOf: Date): string {
  return `As of ${when(asOf)}.`;
}

function unfollowed({ closed, phase }: CardProps): string[] {
  if (closed === 'gone' && phase !== 'gone') return ['Its record is not in Waldur any more.'];
  if (closed === 'no news') return ['Not followed any more: there was no news for 7 days.'];
  if (closed === null || phase !== 'left the queue') return [];
  return ['Not followed any more: Waldur has learned nothing else.'];
}

function buttons(props: CardProps): KnownBlock[] {
  if (props.phase === 'gone' || props.closed === 'gone') return [];
  return actions(
    ...refreshChoice(props).map((choice) => button(choice)),
    more([
      { label: 'Details', intent: { do: 'show', job: props.uuid } },
      ...editChoice(props),
      ...deleteChoice(props),
    ]),
  );
}
