import { z } from 'zod';
import { changeable } from '../scripts/changes.ts';

/** Slack events, stored before they are acknowledged. The body is deleted once the event has been handled. */
export const inbox = z.object({
  eventId: z.string(),
  body: z.string().nullable(),
  receivedAt: z.date(),
});

const hours = z.object({ cpu: z.number(), gpu: z.number(), ram: z.number() });

const allocation = z.object({
  uuid: z.string(),
  name: z.string(),
  project: z.string(),
  serviceSettings: z.string(),
  projectName: z.string(),
  serviceName: z.string(),
  isActive: z.boolean(),
  usage: hours,
  limit: hours,
});

/** Who a Slack user is in Waldur. */
export const accounts = z.object({
  team: z.string(),
  user: z.string(),
  waldurUuid: z.string(),
  username: z.string(),
  fullName: z.string(),
  /** The token, encrypted (accounts/seal.ts). Empty if the identity was found by e-mail. */
  sealed: z.string(),
  /** The Slack address that led to the identity; null if a token was linked. */
  email: z.string().nullable(),
  connectedAt: z.date(),
  /** When Waldur refused the token; null while it works. */
  expiredAt: z.date().nullable(),
  /** How far the one message about an expired token has come. */
  notice: z.enum(['none', 'owed', 'sending', 'told']),
  /** As last fetched, so that a menu never waits for Waldur. */
  allocations: z.array(allocation),
  /** The allocation submitted to last. */
  lastAllocation: z.string().nullable(),
  /** What they may do to jobs, and when Waldur said so; null until it has said so. */
  rights: z.object({ staff: z.boolean(), projects: z.array(z.string()) }).nullable(),
  rightsAt: z.date().nullable(),
});

/** The Home tab of a person who has opened it. */
export const homes = z.object({
  team: z.string(),
  user: z.string(),
  /** How many changes it does not show yet. */
  changes: z.int(),
});

/** A script as it was when the bot read it first: shared in Slack, or Waldur's copy of a job's. */
export const scripts = z.object({
  /** For use within the database only, because ids are consecutive. */
  id: z.int(),
  /** Names the script in buttons and forms: 128 random bits in base64url. It gives no right to the script. */
  key: z.string(),
  team: z.string(),
  /** Null for an upload in the form. */
  channel: z.string().nullable(),
  /** True if `channel` is the sharer's direct message with the bot. */
  direct: z.boolean(),
  messageTs: z.string().nullable(),
  threadTs: z.string().nullable(),
  /** Slack id of the person who shared it; empty if an app did, or if the person has left. */
  sharedBy: z.string(),
  /** Slack's; empty if Waldur has the file, `pasted:` and the channel where it was pasted as text. */
  fileId: z.string(),
  fileName: z.string(),
  /** What was pasted, encrypted (submissions/pasted-script.ts); null for a file, and once the message is deleted. */
  pasted: z.string().nullable(),
  /** SHA-256 of the file as first read; empty until then. */
  sha256: z.string(),
  /** All scripts of a message share one prompt, so these four are the same in all of their rows. */
  promptTs: z.string().nullable(),
  promptSending: z.boolean(),
  /** How many changes the prompt does not show yet. */
  promptChanges: z.int(),
  /** True if the prompt has been put away. */
  dismissed: z.boolean(),
  /** True if the file or its message was deleted. */
  gone: z.boolean(),
  /** When retention first saw it, which is within a day of its being shared; 1970 before that. */
  keptSince: z.date(),
  /** The job whose script it is in Waldur, which `sharedBy` runs again; null if Slack has the file. */
  jobUuid: z.string().nullable(),
});

const asked = z.object({
  partition: z.string().nullable(),
  nodes: z.object({ least: z.number(), most: z.number() }).nullable(),
  gpus: z
    .object({
      count: z.number(),
      type: z.string(),
      per: z.enum(['job', 'node', 'task', 'socket']),
    })
    .nullable(),
  memory: z
    .object({
      megabytes: z.union([z.number(), z.literal('all')]),
      per: z.enum(['node', 'cpu', 'gpu']),
    })
    .nullable(),
  minutes: z.union([z.number(), z.literal('none')]).nullable(),
});

/** A person's intent to submit one script once, committed before Waldur is called. */
export const submissions = z.object({
  /** The mark: 12 hex digits, which also stand in the job's description. */
  id: z.string(),
  team: z.string(),
  user: z.string(),
  scriptId: z.int(),
  /** True if DOS line endings are converted before anything is shown, hashed or sent. */
  convert: z.boolean(),
  /** Options with other values than the script has (scripts/changes.ts): also changed before anything is shown. */
  changes: z.array(z.object({ option: z.enum(changeable), value: z.string() })),
  /** SHA-256 of what the person was shown, and then of what was sent; empty before an upload in the form is sent. */
  sha256: z.string(),
  /** Empty if it is taken from the script. */
  name: z.string(),
  /**
   * Its name in Slurm: the script's own job name, otherwise that of its file; empty until the script is read for
   * sending.
   */
  slurmName: z.string(),
  /** The script's own `--output`; empty if it has none or has not been read yet. */
  output: z.string(),
  /** What the script asks for (jobs/past.ts); null until it is read, and for a heterogeneous job. */
  asked: asked.nullable(),
  description: z.string(),
  allocation,
  /** Where to follow the job; both null for the direct message. */
  channel: z.string().nullable(),
  threadTs: z.string().nullable(),
  /** The modal that shows the progress. */
  viewId: z.string(),
  /** `unclear`: it was sent, and it is not known yet whether Waldur took it. `lost`: that will never be known. */
  state: z.enum(['committed', 'sending', 'unclear', 'accepted', 'failed', 'lost']),
  createdAt: z.date(),
  sentAt: z.date().nullable(),
  jobUuid: z.string().nullable(),
  /** A sentence for the person when it failed; null otherwise. */
  problem: z.string().nullable(),
  /** True if the person has been told the outcome. */
  told: z.boolean(),
  /**
   * When the bot next works on it: sends it, looks for its mark, or tells the person. Null once nothing is left to do.
   */
  dueAt: z.date().nullable(),
  /** The mark of an earlier submission whose answer was lost. This one is sent only if that one did not arrive. */
  again: z.string().nullable(),
  /** The reference in this submission's log lines. */
  ref: z.string(),
});

/** One action that changes something in Waldur: by whom in Slack, as whom in Waldur, what, and the outcome. */
export const audit = z.object({
  /** The mark of a submission; random for everything else. */
  id: z.string(),
  at: z.date(),
  team: z.string(),
  user: z.string(),
  waldurUuid: z.string(),
  waldurUser: z.string(),
  action: z.enum(['submit', 'refresh', 'edit', 'unlink', 'delete']),
  /** Null until Waldur has said it. */
  jobUuid: z.string().nullable(),
  /** `begun` until the outcome is known. After a kill it means that the outcome is unknown. */
  outcome: z.string(),
  ref: z.string(),
});
