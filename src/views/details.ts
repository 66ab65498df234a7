import type { KnownBlock } from '@slack/types';
import type { Refused } from '../jobs/abilities.ts';
import { explainError } from '../jobs/explain-error.ts';
import type { JobDetails } from '../jobs/job.ts';
import { isHeldBack, type Phase } from '../jobs/phase.ts';
import { runtimeState } from '../jobs/slurm-states.ts';
import { deleteChoice, editChoice, refreshChoice } from './choices.ts';
import { actions, button, type Message, section, smallPrint } from './message.ts';
import { stateText, stateTitle } from './state.ts';
import { bold, capital, code, codeBlock, escaped, named, when } from './text.ts';

/** What is longer than this comes as a file, too. */
const LONGEST = 1500;

/** A text of Waldur's that is too long to be shown whole. */
export interface LongText {
  name: 'error' | 'traceback' | 'report';
  text: string;
}

/** The texts of a job that come as files in the direct message. */
export function longTexts(job: JobDetails): LongText[] {
  const texts: LongText[] = [
    { name: 'error', text: job.errorMessage },
    { name: 'traceback', text: job.errorTraceback },
    { name: 'report', text: job.report ?? '' },
  ];
  return texts.filter(({ text }) => text.length > LONGEST);
}

/**
 * Everything that Waldur gives about one job, for the person who asked.
 * @param refused what is not offered
 * @param known what all of its rows say together: its phase, and counts of an array's tasks (empty for other jobs)
 */
export function details(
  job: JobDetails,
  refused: Refused,
  { phase, tasks, now }: { phase: Phase; tasks: string; now: Date },
): Message {
  return {
    text: `${named(job.name)}: ${stateText(phase, job)}`,
    blocks: [
      section(
        `${bold(job.name)} — ${stateTitle(phase, job)}${tasks === '' ? slurmSays(job, phase) : ''}`,
      ),
      ...(phase === 'left the queue' ? [section(leftTheQueue)] : []),
      ...(isHeldBack(phase, job.created, now) ? [section(heldBack)] : []),
      { type: 'section', fields: fields(job, tasks) },
      ...(job.description === '' ? [] : [labelled('Description', job.description)]),
      ...error(job),
      ...long('traceback', job.errorTraceback),
      ...long('report', job.report ?? ''),
      smallPrint(`As of ${when(job.modified)} · ${code(job.uuid)}`),
      ...actions(
        ...refreshChoice({ ...job, refused }).map((choice) => button(choice)),
        button({ label: 'Follow here', intent: { do: 'follow', job: job.uuid, direct: false } }),
        ...editChoice({ ...job, refused }).map((choice) => button(choice)),
        ...deleteChoice({ ...job, refused }).map((choice) => button(choice, 'danger')),
      ),
    ],
  };
}

/** What is said of a job that has been *Submitting* for longer than that takes. */
export const heldBack = 'Waldur has not handed it to the cluster yet.';

/** What is said of a job that left the queue without an end that is known. */
export const leftTheQueue = 'It is no longer in the queue, and Waldur doesn’t know how it ended.';

function slurmSays(job: JobDetails, phase: Phase): string {
  if (job.runtimeState === '' || phase === 'left the queue') return '';
  const { word, meaning } = runtimeState(job.runtimeState);
  const isSaid = phase === 'unknown' || word.toLowerCase() === stateText(phase, job);
  return isSaid ? '' : ` (${code(word)}: ${meaning})`;
}

function fields(job: JobDetails, tasks: string) {
  const texts = [
    job.slurmId === '' ? 'Slurm job not known yet' : `Slurm job ${code(job.slurmId)}`,
    ...(tasks === '' ? [] : [`Tasks: ${escaped(tasks)}`]),
    `Project ${named(job.projectName)}`,
    `Cluster ${named(job.serviceName)}`,
    `Organisation ${named(job.customerName)}`,
    `Created ${when(job.created)}`,
    ...(job.username === '' ? [] : [`By ${named(job.username)}`]),
    `Waldur says ${code(job.state)}`,
  ];
  return texts.map((text) => ({ type: 'mrkdwn' as const, text, verbatim: true }));
}

function error(job: JobDetails): KnownBlock[] {
  if (job.errorMessage === '') return [];
  const { sentence, said } = explainError(job.errorMessage);
  const text = said.length === 0 ? job.errorMessage : said.join('\n');
  return [section(escaped(capital(sentence))), ...long('error', job.errorMessage, text)];
}

/** A text in full, or where it is. `shown`: how it reads best, where that is not as it is. */
function long(name: LongText['name'], text: string, shown = text): KnownBlock[] {
  if (text === '') return [];
  if (text.length <= LONGEST) return [labelled(capital(name), shown)];
  return [smallPrint(`The ${name} is long: it is in the direct message as a file.`)];
}

function labelled(label: string, text: string): KnownBlock {
  return section(`${label}\n${codeBlock(text, LONGEST)}`);
}
