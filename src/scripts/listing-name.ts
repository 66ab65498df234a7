/**
 * Why a job name would break the listing of its owner's whole queue on the cluster, so that Waldur gets no more news of
 * any of their jobs (recorded: a newline, "No such file", letters that are not UTF-8); null if it would not.
 */
export function listingProblem(jobName: string): string | null {
  if (/[^\x20-\x7e]/.test(jobName)) {
    return 'The job name has characters beyond plain ASCII. Where the cluster does not write them as UTF-8, Waldur loses sight of all your jobs. Plain letters are safe.';
  }
  if (jobName.includes('|')) {
    return 'With "|" in a job name some versions of the cluster’s interface lose the job, and Waldur never learns what became of it. Choose another character.';
  }
  return misleading(jobName);
}

/**
 * Why a name would be mistaken for an error; null if it would not. FirecREST takes these words anywhere in the queue's
 * listing for an error of the command.
 */
export function misleading(name: string): string | null {
  return /no such file/i.test(name)
    ? 'With "No such file" in a job name the cluster’s listing counts as failed, and Waldur loses sight of all your jobs. Choose another name.'
    : null;
}
