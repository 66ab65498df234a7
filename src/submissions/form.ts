import { randomBytes } from 'node:crypto';
import type { Allocation } from '../jobs/job.ts';
import type { Script } from '../scripts/script.ts';
import type { SharedScript } from '../store/scripts.ts';
import { encode } from '../views/intent.ts';
import { submitModal } from '../views/submitting.ts';

/** The title of the form, and of whatever is shown in its place. */
export const TITLE = 'Submit to Slurm';

/** A form to be filled in. */
export interface Draft {
  shared: SharedScript | null;
  /** As it was read; null if the form asks for an upload. */
  script: Script | null;
  /** Slack's page of the script's file; null if there is none. */
  permalink: string | null;
  /** True if DOS line endings are converted. */
  convert: boolean;
  /** True if the job is followed in the script's thread unless a channel is chosen. */
  inThread: boolean;
  user: string;
  username: string;
  name: string;
  description: string;
  allocation: Allocation | null;
  channel: string | null;
  /** Mark of the lost submission that it would repeat; null if nothing was lost. */
  again: string | null;
  /** When the earlier submissions of the script were looked up. */
  opened: Date;
  /** A sentence above the form; mrkdwn. */
  problem: string | null;
}

/** The form with a new mark. */
export function draftModal(draft: Draft) {
  const { shared, script, permalink, user, convert, inThread } = draft;
  const isForeign = shared !== null && shared.sharedBy !== user && shared.sharedBy !== '';
  const thread = inThread ? (shared?.message ?? null) : null;
  return submitModal({
    metadata: encode({
      form: 'submit',
      user,
      mark: randomBytes(6).toString('hex'),
      script: shared?.key ?? null,
      sha256: script?.sha256 ?? '',
      convert,
      inThread,
      again: draft.again,
      opened: draft.opened.getTime(),
    }),
    source:
      shared !== null && script !== null ? { fileName: shared.fileName, script, permalink } : null,
    sharedBy: isForeign ? shared.sharedBy : null,
    username: draft.username,
    name: draft.name,
    description: draft.description,
    allocation: draft.allocation,
    channel: draft.channel,
    inThread,
    threadChannel: thread === null || thread.channel.startsWith('D') ? null : thread.channel,
    problem: draft.problem,
  });
}
