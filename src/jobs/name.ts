import type { Script } from './script.ts';

/** Waldur's limit for a job's name, in characters. */
const maxCharacters = 150;

/** What is wrong with a name typed for a job, as a sentence; null when it will do. */
export function checkName(name: string): string | null {
  if (name.trim() === '') return 'Give the job a name.';
  const characters = [...name].length;
  if (characters > maxCharacters) {
    return `The name has ${characters} characters; Waldur takes at most ${maxCharacters}.`;
  }
  if (/[\p{Cc}\u2028\u2029]/u.test(name) || !name.isWellFormed()) {
    return 'The name must be one line, without control characters.';
  }
  return misleading(name);
}

/**
 * Why a job name would break the listing of its owner's whole queue on the cluster, so that Waldur learns nothing more
 * about any job of theirs (recorded: a newline, "No such file", letters that are not UTF-8); null when it will not.
 */
export function listingProblem(jobName: string): string | null {
  if (/[^\x20-\x7e]/.test(jobName)) {
    return 'The job name has characters beyond plain ASCII. Where the cluster does not write them as UTF-8, Waldur loses sight of all your jobs. Plain letters are safe.';
  }
  return misleading(jobName);
}

/** FirecREST takes these words anywhere in the queue's listing for an error of the command. */
function misleading(name: string): string | null {
  return /no such file/i.test(name)
    ? 'With "No such file" in a job name the cluster’s listing counts as failed, and Waldur loses sight of all your jobs. Choose another name.'
    : null;
}

/** A name to propose for a job: the script's own, else the file's name without its ending. */
export function suggestName(script: Pick<Script, 'jobName'>, fileName: string): string {
  for (const candidate of [script.jobName ?? '', fileName.replace(/(?<=.)\.[^.]*$/s, '')]) {
    const name = candidate
      .toWellFormed()
      .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
      .trim();
    if (name !== '') return [...name].slice(0, maxCharacters).join('').trim();
  }
  return 'job';
}
