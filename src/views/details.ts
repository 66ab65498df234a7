import type { KnownBlock } from '@slack/types';
import type { Refused } from '../jobs/abilities.ts';
import { explainError } from '../jobs/explain-error.ts';
import type { JobDetails } from '../jobs/job.ts';
import type { Past } from '../jobs/past.ts';
import type { Phase } from '../jobs/phase.ts';
import { splitMark } from '../jobs/submission-mark.ts';
import { brief } from './asked.ts';
import { againChoices, deleteChoice, editChoice, refreshChoice, unlinkChoice } from './choices.ts';
import { actions, button, linkButton, type Message, section, smallPrint } from './message.ts';
import { headline } from './state.ts';
import { story } from './story.ts';
import { bold, capital, code, codeBlock, escaped, named, when } from './text.ts';

/** Longer texts also come as files. */
const LONGEST = 1500;

/** A text from Waldur that is too long to be shown whole. */
export interface LongText {
  name: 'error' | 'traceback' | 'report';
  text: string;
}

/** The texts of a job that come as files in the direct message: either people's or machines'. */
export function longTexts(job: JobDetails, technical: boolean): LongText[] {
  const texts: LongText[] = technical
    ? [{ name: 'traceback', text: job.errorTraceback }]
    : [
        { name: 'error', text: job.errorMessage },
        { name: 'report', text: job.report ?? '' },
      ];
  return texts.filter(({ text }) => text.length > LONGEST);
}

/** What all rows of a job say together, and what else the bot knows. */
interface Known {
  phase: Phase;
  /** Counts of an array's tasks; empty for other jobs. */
  tasks: string;
  past: Past;
  /** The job's page in Waldur's portal; null if that is not known. */
  page: string | null;
  now: Date;
}

/**
 * A job in full for the person who asked: its state, its error and its report.
 * @param refused the operations that are not offered
 */
export function details(job: JobDetails, refused: Refused, known: Known): Message {
  const told = { ...job, ...known };
  const { shown, said } = headline(told);
  const middle = story(told, known.past, { createdAt: job.created, now: known.now });
  const { text: description } = splitMark(job.description);
  return {
    text: [said, middle].filter((line) => line !== '').join('\n'),
    blocks: [
      section(middle === '' ? shown : `${shown}\n${middle}`),
      ...error(job, known.phase),
      ...(hasOwnReport(job) ? long('report', job.report ?? '') : []),
      ...(description === '' ? [] : [labelled('Description', description)]),
      smallPrint(facts(job, known.past)),
      ...actions(
        ...againChoices(told, known.past.asked).map((choice) => button(choice)),
        ...refreshChoice({ ...job, refused }).map((choice) => button(choice)),
        button({ label: 'Follow here', intent: { do: 'follow', job: job.uuid, direct: false } }),
        ...editChoice({ ...job, refused }).map((choice) => button(choice)),
        ...deleteChoice({ ...job, refused }).map((choice) => button(choice, 'danger')),
        ...unlinkChoice({ ...job, refused }).map((choice) => button(choice)),
        ...(known.page === null ? [] : [linkButton('Open in Waldur', known.page)]),
        button({
          label: 'Technical details',
          intent: { do: 'show', job: job.uuid, technical: true },
        }),
      ),
    ],
  };
}

/** The details of a job that help to find a fault. */
export function technicalDetails(job: JobDetails): Message {
  const heading = `${bold(job.name)}: technical details`;
  const lines = [
    `uuid ${code(job.uuid)}`,
    `Waldur says ${code(job.state)}`,
    `Slurm says ${job.runtimeState === '' ? 'nothing' : code(job.runtimeState)}`,
    `Organisation ${named(job.customerName)}`,
  ];
  return {
    text: `${named(job.name)}: technical details`,
    blocks: [
      section([heading, ...lines].join('\n')),
      ...long('traceback', job.errorTraceback),
      ...(hasOwnReport(job) ? [] : long('report', job.report ?? '')),
    ],
  };
}

/** What Waldur itself writes into the report of every job that Slurm accepts (FirecREST’s answer). */
const DEFAULT_REPORT = /^"?job submitted\.?"?$/i;

function hasOwnReport({ report }: JobDetails): boolean {
  return report !== null && !DEFAULT_REPORT.test(report.trim());
}

function facts(job: JobDetails, { asked }: Past): string {
  return [
    job.slurmId === '' ? 'no Slurm id yet' : code(job.slurmId),
    ...(job.projectName === '' ? [] : [named(job.projectName)]),
    ...(job.serviceName === '' ? [] : [`on ${named(job.serviceName)}`]),
    ...(asked === null ? [] : brief(asked)),
    ...(job.username === '' ? [] : [named(job.username)]),
    `submitted ${when(job.created)}`,
    `seen ${when(job.modified)}`,
  ].join(' · ');
}

/** Everything that Slurm or Waldur said about the error. The sentence that sums it up stands above. */
function error(job: JobDetails, phase: Phase): KnownBlock[] {
  if (job.errorMessage === '') return [];
  const { sentence, said } = explainError(job.errorMessage);
  const text = said.length === 0 ? job.errorMessage : said.join('\n');
  return [
    ...(phase === 'erred' ? [] : [section(escaped(capital(sentence)))]),
    ...long('error', job.errorMessage, text),
  ];
}

/** A text in full, or where to find it. `shown` is a more readable form of it. */
function long(name: LongText['name'], text: string, shown = text): KnownBlock[] {
  if (text === '') return [];
  if (text.length <= LONGEST) return [labelled(capital(name), shown)];
  return [smallPrint(`The ${name} is long: it is in the direct message as a file.`)];
}

function labelled(label: string, text: string): KnownBlock {
  return section(`${label}\n${codeBlock(text, LONGEST)}`);
}
