import { differenceInMilliseconds } from '../dates.ts';
import type { Context } from '../interaction/context.ts';
import type { Interaction } from '../interaction/interaction.ts';
import { explainError } from '../jobs/explain-error.ts';
import { approximate } from '../jobs/transition.ts';
import type { SharedScript } from '../store/scripts.ts';
import { type Followed, type Submission, submissionsOfScript } from '../store/submissions.ts';
import { type Earlier, submittedBefore } from '../views/submitting.ts';
import { mayHaveArrived } from './reconcile.ts';

/** A script's earlier submissions. */
interface History {
  /** The newest submission that the person may know of, as a sentence in mrkdwn; null if there is none. */
  sentence: string | null;
  /** The person's newest submission whose answer was lost, so that Waldur may have it. */
  open: Submission | null;
  /** When the newest was committed; null if there is none. */
  at: Date | null;
}

/** What a person who has the form on a script may know of its earlier submissions. */
export async function historyOf(
  { db, now }: Pick<Context, 'db' | 'now'>,
  { team, user, channel }: Pick<Interaction, 'team' | 'user' | 'channel'>,
  { id: scriptId, message }: SharedScript,
): Promise<History> {
  const submissions = await submissionsOfScript(db, { team, scriptId });
  // Everyone who sees the prompt also sees what is followed in its channel.
  const inChannel = channel === message?.channel ? channel : null;
  const known = submissions.filter(
    (each) =>
      each.state !== 'failed' &&
      handOver(each) !== 'refused' &&
      (each.user === user || (inChannel !== null && each.follow?.channel === inChannel)),
  );
  const [last] = known;
  return {
    sentence:
      last === undefined
        ? null
        : submittedBefore({
            by: last.user === user ? null : last.user,
            ago: approximate(differenceInMilliseconds(now(), last.createdAt)),
            as: last.slurmId || last.name,
            state: stateOf(last),
          }),
    at: last?.createdAt ?? null,
    open: known.find((each) => each.user === user && mayHaveArrived(each)) ?? null,
  };
}

function stateOf(past: Followed): Earlier['state'] {
  if (past.state === 'lost') return past.state;
  if (past.state !== 'accepted') return 'under way';
  return handOver(past) === 'perhaps' ? 'perhaps' : past.state;
}

/**
 * Whether the cluster refused a job that Waldur had accepted. One that Waldur says it could not hand over may be in the
 * queue all the same.
 */
export function handOver({ slurmId, jobError }: Followed): 'not refused' | 'perhaps' | 'refused' {
  if (slurmId !== '' || jobError === '') return 'not refused';
  return explainError(jobError).perhaps ? 'perhaps' : 'refused';
}
