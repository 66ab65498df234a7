import type { Job } from '../jobs/job.ts';
import type { JobIntent } from './intent.ts';
import { actions, type Message, menu, say } from './message.ts';
import { cut, escaped, line } from './text.ts';

/** Asks which job is meant; what was wanted is done with the one that is chosen. */
export function chooseJob(
  question: string,
  wanted: JobIntent,
  jobs: Pick<Job, 'uuid' | 'name' | 'slurmId' | 'created'>[],
): Message {
  const choices = jobs.slice(0, 100).map((job) => ({
    label: label(job),
    intent: { ...wanted, job: job.uuid },
  }));
  return say(escaped(line(question, 300)), ...actions(menu('Choose a job', choices)));
}

/** A job in the 75 characters of an option: name, Slurm id, day, and enough of the uuid to tell twins apart. */
function label({ name, slurmId, uuid, created }: Parameters<typeof chooseJob>[2][number]): string {
  const rest = [slurmId, created.toISOString().slice(0, 10), uuid.slice(0, 6)].filter(Boolean);
  const tail = ` · ${rest.join(' · ')}`;
  return `${line(name, 75 - tail.length)}${cut(tail, 60)}`;
}

/** Asks a person which of the files of a message that they see is to be submitted. */
export function chooseScript(
  scripts: { key: string; fileName: string }[],
  seenBy: string,
): Message {
  const choices = scripts.map(({ key: script, fileName }) => ({
    label: line(fileName, 75),
    intent: { do: 'submit' as const, script, convert: false, seenBy },
  }));
  return say('Which file is to be submitted?', ...actions(menu('Choose a file', choices)));
}
