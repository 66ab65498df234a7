import { differenceInMilliseconds, millisecondsInMinute } from '../dates.ts';
import { explainError } from '../jobs/explain-error.ts';
import type { Past } from '../jobs/past.ts';
import { isHeldBack } from '../jobs/phase.ts';
import { runtimeState } from '../jobs/slurm-states.ts';
import { approximate, durationBetween } from '../jobs/transition.ts';
import { memory, timeLimit } from './asked.ts';
import type { Told } from './state.ts';
import { capital, code, escaped, named, when } from './text.ts';

/** The sentence about a job that left the queue in an unknown way. */
const leftTheQueue = 'It is no longer in the queue, and Waldur doesn’t know how it ended.';

/** The sentence about a job that has been *Submitting* for too long. */
const heldBack = 'Waldur has not handed it to the cluster yet.';

/** A job's state in sentences: since when and after what, what it means, and where its output is. Mrkdwn; may be empty. */
export function story(job: Told, past: Past, at: { createdAt: Date; now: Date }): string {
  const tasks = job.tasks === '' ? '' : `${capital(escaped(job.tasks))}.`;
  const told = isHeldBack(job.phase, at.createdAt, at.now) ? [heldBack] : sentences(job, past);
  return [...told, tasks].filter((sentence) => sentence !== '').join(' ');
}

function sentences(job: Told, past: Past): string[] {
  switch (job.phase) {
    case 'submitting':
      return ['Waldur has it, Slurm not yet.'];
    case 'submitted':
      return ['Slurm has it. No news from the cluster yet; Waldur may ask for it once an hour.'];
    case 'queued':
    case 'running':
      return [beginning(job, past), aside(job)];
    case 'completed':
      return [lasted(past), output(past)];
    case 'failed':
      return job.tasks === '' ? failure(job, past) : [output(past)];
    case 'cancelled':
      return [who(job), lasted(past), output(past)];
    case 'left the queue':
      return [leftTheQueue, lastSeen(past), output(past)];
    case 'erred':
      return [escaped(capital(explainError(job.errorMessage).sentence))];
    case 'deleting':
      return ['Waldur is deleting its record. That doesn’t stop the job.'];
    case 'gone':
      return ['Waldur doesn’t show it any more. The job itself may go on in Slurm.'];
    case 'unknown':
      return job.runtimeState.trim() === ''
        ? []
        : [`Slurm says ${code(job.runtimeState)}, which I don’t know.`];
  }
}

/** How far apart two looks may be so that the time of the change between them is told as exact. */
const CLOSE_MS = 2 * millisecondsInMinute;

/** "Since 12:12, after 12 min in the queue." */
function beginning({ phase }: Told, { since, entry }: Past): string {
  if (since === null) return '';
  const isClose = differenceInMilliseconds(since.seen, since.after) <= CLOSE_MS;
  const start = isClose ? 'Since' : `Seen ${phase} since`;
  const waited = entry?.fromPhase === 'queued' ? durationBetween(entry) : null;
  const after = waited === null ? '' : `, after ${approximate(waited)} in the queue`;
  return `${start} ${when(since.seen)}${after}.`;
}

const plainWords = new Set(['', 'PENDING', 'RUNNING']);

/** What Slurm says besides the fact that it waits or runs. */
function aside({ runtimeState: text, tasks }: Told): string {
  const { word, meaning, advice } = runtimeState(text);
  if (tasks !== '' || plainWords.has(word)) return '';
  return [`It ${meaning}.`, advice].filter((each) => each !== '').join(' ');
}

/** "Ran about 4 h." if the looks around its start and its end are close, otherwise when it was last seen running. */
function lasted({ entry }: Past): string {
  if (entry?.fromPhase !== 'running') return '';
  const ran = durationBetween(entry);
  return ran === null
    ? `It was still running ${when(entry.lastBefore)}.`
    : `Ran ${approximate(ran)}.`;
}

/** "It was cancelled by an administrator of the cluster." Anybody else is left out: the word Cancelled stands above. */
function who({ runtimeState: text }: Told): string {
  const { meaning } = runtimeState(text);
  return / by /.test(meaning) ? `It ${meaning}.` : '';
}

function lastSeen({ entry }: Past): string {
  return entry === null ? '' : `Last seen ${entry.fromPhase} ${when(entry.lastBefore)}.`;
}

function output(past: Past): string {
  return past.output === null ? '' : `Output: ${code(past.output)}.`;
}

function failure({ runtimeState: text }: Told, past: Past): string[] {
  const { word, meaning, advice } = runtimeState(text);
  const { asked } = past;
  const amount = asked === null ? null : memory(asked);
  if (word === 'OUT_OF_MEMORY' && amount !== null) {
    return [`It asked for ${amount}.`, lasted(past), advice, output(past)];
  }
  if (word === 'TIMEOUT' && typeof asked?.minutes === 'number') {
    return [`It ran its full ${timeLimit(asked.minutes)}.`, advice, output(past)];
  }
  const what = word === 'FAILED' ? '' : `It ${named(meaning, 300)}.`;
  return [what, lasted(past), advice, output(past)];
}
