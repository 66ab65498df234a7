import type { Job } from '../jobs/job.ts';
import { actions, type Message, menu, say, smallPrint } from './message.ts';
import { count, escaped, line } from './text.ts';

/** Asks which job is meant; choosing one runs `verb` with it. */
export function chooseJob(
  question: string,
  verb: string,
  jobs: Pick<Job, 'uuid' | 'name' | 'slurmId' | 'created'>[],
): Message {
  const choices = jobs.slice(0, 100).map((job) => ({
    label: label(job),
    command: `${verb} ${job.uuid}`,
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

/** A job in the 75 characters of an option: name, Slurm id, day, and enough of the uuid to tell twins apart. */
function label({ name, slurmId, uuid, created }: Parameters<typeof chooseJob>[2][number]): string {
  const rest = [slurmId, created.toISOString().slice(0, 10), uuid.slice(0, 6)].filter(Boolean);
  const tail = ` · ${rest.join(' · ')}`;
  return line(`${line(name, Math.max(20, 75 - tail.length))}${tail}`, 75);
}

/** Asks which of a message's files is to be submitted. */
export function chooseScript(scripts: { id: number; fileName: string }[]): Message {
  const choices = scripts.map(({ id, fileName }) => ({
    label: line(fileName, 75),
    command: `submit #${id}`,
  }));
  return say('Which file is to be submitted?', ...actions(menu('Choose a file', choices)));
}
