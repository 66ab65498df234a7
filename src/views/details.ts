import type { KnownBlock } from '@slack/types';
import { explainError } from '../jobs/erred.ts';
import type { JobDetails } from '../jobs/job.ts';
import type { Refused } from '../jobs/operation.ts';
import { phaseOf, runtimeState } from '../jobs/phase.ts';
import { deleteChoice, editChoice, refreshChoice } from './choices.ts';
import { actions, button, context, type Message, section } from './message.ts';
import { stateText, stateTitle } from './state.ts';
import { bold, capital, code, codeBlock, escaped, line, named, when } from './text.ts';

/** Reports and tracebacks longer than this come as a file. */
export const LONGEST_REPORT = 2500;

/**
 * Everything that Waldur gives about one job, for the person who asked.
 * @param refused what is not offered
 * @param tasks counts of an array's tasks by state; empty for other jobs
 */
export function details(job: JobDetails, refused: Refused, tasks: string): Message {
  const phase = phaseOf(job);
  return {
    text: `${escaped(line(job.name))}: ${stateText(phase, job)}`,
    blocks: [
      section(`${bold(job.name)} — ${stateTitle(phase, job)}${slurmSays(job)}`),
      { type: 'section', fields: fields(job, tasks) },
      ...(job.description === '' ? [] : [labelled('Description', job.description)]),
      ...error(job),
      ...report(job),
      context(`As of ${when(job.modified)} · ${code(job.uuid)}`),
      ...actions(
        ...refreshChoice({ ...job, refused }).map((choice) => button(choice)),
        button({ label: 'Follow here', command: `follow ${job.uuid}` }),
        ...editChoice({ ...job, refused }).map((choice) => button(choice)),
        ...deleteChoice({ ...job, refused }).map((choice) => button(choice, 'danger')),
      ),
    ],
  };
}

function slurmSays(job: JobDetails): string {
  if (job.runtimeState === '') return '';
  const { word, meaning, phase } = runtimeState(job.runtimeState);
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
    `Waldur says ${code(job.state)}`,
  ];
  return texts.map((text) => ({ type: 'mrkdwn' as const, text, verbatim: true }));
}

function error(job: JobDetails): KnownBlock[] {
  if (job.errorMessage === '') return [];
  const { sentence, said } = explainError(job.errorMessage);
  const text = said.length === 0 ? job.errorMessage : said.join('\n');
  return [section(escaped(capital(sentence))), section(codeBlock(text))];
}

function report(job: JobDetails): KnownBlock[] {
  if (job.report === null || job.report === '') return [];
  if (job.report.length > LONGEST_REPORT) {
    return [context('The report is long: it is in the direct message as a file.')];
  }
  return [labelled('Report', job.report)];
}

function labelled(label: string, text: string): KnownBlock {
  return section(`${label}\n${codeBlock(text)}`);
}
