import { randomBytes } from 'node:crypto';
import type { Allocation } from '../jobs/job.ts';
import type { Change, Changeable } from '../scripts/changes.ts';
import { encode } from '../views/intent.ts';
import { submitModal } from '../views/submitting.ts';
import type { ChangedScript } from './job-script.ts';
import type { Usable } from './script-access.ts';

/** The title of the form, and of whatever is shown in its place. */
export const TITLE = 'Submit to Slurm';

/** A form to be filled in. */
interface Draft {
  /** The script, and as it was read; null if the form asks for an upload. */
  source: { usable: Usable; read: ChangedScript } | null;
  /** True if DOS line endings are converted. */
  convert: boolean;
  /** What is changed in the script. */
  changes: Change[];
  /** The option whose value the form asks for; null if it asks for none. */
  more: Changeable | null;
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
  const { source, user, convert, changes, more } = draft;
  const shared = source?.usable.shared ?? null;
  const thread = source?.usable.thread ?? null;
  return submitModal({
    metadata: encode({
      form: 'submit',
      user,
      mark: randomBytes(6).toString('hex'),
      script: shared?.key ?? null,
      sha256: source?.read.script.sha256 ?? '',
      convert,
      changes,
      more,
      inThread: thread !== null,
      again: draft.again,
      opened: draft.opened.getTime(),
    }),
    source: source && { fileName: source.usable.shared.fileName, ...source.read },
    foreign: source?.usable.foreign ?? null,
    more: more && {
      option: more,
      value: changes.find(({ option }) => option === more)?.value ?? '',
      own: source?.read.script.options[more] ?? '',
    },
    username: draft.username,
    name: draft.name,
    description: draft.description,
    allocation: draft.allocation,
    channel: draft.channel,
    inThread: thread !== null,
    threadChannel: thread === null || thread.channel.startsWith('D') ? null : thread.channel,
    problem: draft.problem,
  });
}
