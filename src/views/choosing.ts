import type { Job } from '../jobs/job.ts';
import type { JobIntent } from './intent.ts';
import { actions, type Message, menu, say, smallPrint } from './message.ts';
import { count, escaped, line } from './text.ts';

/** Asks which job is meant. The command then runs with the chosen one. */
export function chooseJob(
  question: string,
  wanted: JobIntent,
  jobs: Pick<Job, 'uuid' | 'name' | 'slurmId' | 'created'>[],
): Message {
  const choices = jobs.slice(0, 100).map((job) => ({
    label: label(job),
    intent: { ...wanted, job: job.uuid },
  }));
  const rest = jobs.length - choices.length;
  return say(
    escaped(question, 300),
    ...actions(menu('Choose a job', choices)),
    ...(rest === 0
      ? []
      : [
          smallPrint(
            `And ${count(rest, 'older job')}, which ${rest === 1 ? 'is' : 'are'} not in the menu.`,
          ),
        ]),
  );
}

/** A job in the 75 characters of an option: its name, Slurm id and day, and enough of the uuid to tell twins apart. */
function label({ name, slurmId, uuid, created }: Parameters<typeof chooseJob>[2][number]): string {
  const rest = [slurmId, created.toISOString().slice(0, 10), uuid.slice(0, 6)].filter(Boolean);
  const tail = ` · ${rest.join(' · ')}`;
  return line(`${line(name, Math.max(20, 75 - tail.length))}${tail}`, 75);
}

/** Asks which file of a message is to be submitted. The person can see the message. */
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
