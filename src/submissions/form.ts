import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Allocation } from '../jobs/job.ts';
import type { Script } from '../scripts/script.ts';
import type { SharedScript } from '../store/scripts.ts';
import { submitModal } from '../views/submitting.ts';

/** Title of the form, and of what stands in its place. */
export const TITLE = 'Submit to Slurm';

/** What the form carries along: which intent it would commit, and about which bytes. */
const metadata = z.object({
  /** A form has a mark of its own: handed in twice, it is one submission. */
  mark: z.string(),
  /** Null where the form asks for an upload. */
  script: z.number().nullable(),
  sha256: z.string(),
  /** Mark of the lost submission that it would repeat. Forms of an older bot have none. */
  again: z.string().nullable().default(null),
});

/** A form to be filled in. */
export interface Draft {
  shared: SharedScript | null;
  /** As it was read; null where the form asks for an upload. */
  script: Script | null;
  user: string;
  username: string;
  name: string;
  description: string;
  allocation: Allocation | null;
  channel: string | null;
  /** Mark of the lost submission that it would repeat; null where nothing was lost. */
  again: string | null;
  /** A sentence above the form; mrkdwn. */
  problem: string | null;
}

/** The form with a new mark. */
export function draftModal(draft: Draft) {
  const { shared, script, user } = draft;
  return submitModal({
    metadata: JSON.stringify({
      mark: randomBytes(6).toString('hex'),
      script: shared?.id ?? null,
      sha256: script?.sha256 ?? '',
      again: draft.again,
    } satisfies z.infer<typeof metadata>),
    source: shared !== null && script !== null ? { fileName: shared.fileName, script } : null,
    sharedBy: shared !== null && shared.sharedBy !== user ? shared.sharedBy : null,
    username: draft.username,
    name: draft.name,
    description: draft.description,
    allocation: draft.allocation,
    channel: draft.channel,
    inThread: shared !== null && shared.message !== null,
    problem: draft.problem,
  });
}

/** What a form that was handed in carries. */
export function readMetadata(text: string): z.infer<typeof metadata> {
  return metadata.parse(JSON.parse(text));
}
