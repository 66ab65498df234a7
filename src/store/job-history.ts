import { outputFile } from '../jobs/output-file.ts';
import type { Past } from '../jobs/past.ts';
import type { Database } from './database.ts';
import { type Submission, submissionOfJob } from './submissions.ts';
import { entryInto } from './transitions.ts';
import { type Watch, watchesOfJob } from './watches.ts';

/**
 * How a followed job came to its state, as far as that is known, and what its script asked for if the bot submitted it.
 */
export async function pastOf(db: Database, watch: Watch): Promise<Past> {
  const submission = await submissionOfJob(db, watch);
  return {
    since: { after: watch.phaseAfter, seen: watch.phaseSince },
    entry: await entryInto(db, watch),
    asked: submission?.asked ?? null,
    output: submission === null ? null : outputOf(watch, submission),
  };
}

/** The same for any job that the bot submitted or that somebody in this workspace follows. */
export async function pastOfJob(
  db: Database,
  job: { team: string; jobUuid: string } & Pick<Watch, 'phase' | 'slurmId' | 'tasks'>,
): Promise<Past> {
  const watches = await watchesOfJob(db, job.jobUuid);
  const watch = watches.find(({ team, phase }) => team === job.team && phase === job.phase);
  if (watch !== undefined) return pastOf(db, watch);
  const submission = await submissionOfJob(db, job);
  const output = submission === null ? null : outputOf(job, submission);
  return { since: null, entry: null, asked: submission?.asked ?? null, output };
}

/** Null until Slurm has given an id and the script has been read for sending. */
function outputOf(
  { slurmId, tasks }: Pick<Watch, 'slurmId' | 'tasks'>,
  { slurmName, output }: Submission,
): string | null {
  const isArray = tasks !== '' || output.includes('%a');
  return slurmId === '' ? null : outputFile({ slurmId, slurmName, output, isArray });
}
