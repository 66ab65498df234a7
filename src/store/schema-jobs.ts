import { z } from 'zod';
import { resourceStates } from '../jobs/job.ts';
import { phases } from '../jobs/phase.ts';
import { closedReasons, transitionKinds } from '../jobs/transition.ts';

/** A job followed in one Slack thread: where, for whom, and its last known state. */
export const watches = z.object({
  id: z.int(),
  team: z.string(),
  /** The person whose Waldur account reads the job, and who is mentioned at the end. */
  user: z.string(),
  channel: z.string(),
  /** Null while the card itself starts the thread. */
  threadTs: z.string().nullable(),
  cardTs: z.string().nullable(),
  cardSending: z.boolean(),
  /** Hash of the card as last shown. */
  cardShown: z.string(),
  /** True if the card may have something new to show. */
  cardDue: z.boolean(),
  /** A sentence on the card, for instance why it is in the direct message; usually empty. */
  note: z.string(),
  jobUuid: z.string(),
  jobCreated: z.date(),
  /** The mark of its submission; null for a job that the bot did not submit. */
  submissionId: z.string().nullable(),
  /** As the person typed it. Waldur's hourly task overwrites the name in Waldur. */
  name: z.string(),
  projectName: z.string(),
  serviceSettings: z.string(),
  ownerName: z.string(),
  state: z.enum(resourceStates),
  runtimeState: z.string(),
  slurmId: z.string(),
  errorMessage: z.string(),
  modified: z.date(),
  phase: z.enum(phases),
  /** When it was last known not to be in this phase, and first seen in it. */
  phaseAfter: z.date(),
  phaseSince: z.date(),
  /** True if Waldur was seen to learn of this job within minutes. If false, its news may be an hour old. */
  live: z.boolean(),
  /** When Waldur last answered. */
  seenAt: z.date(),
  /** How many sweeps in a row could not ask Waldur. */
  failures: z.int(),
  /** When the record was first found missing; null while it is there. */
  missingSince: z.date().nullable(),
  dueAt: z.date(),
  /** True if the account that reads the job does not work. The job is not read until the person connects again. */
  paused: z.boolean(),
  /** Why the job is not followed any more; null while it is. */
  closed: z.enum(closedReasons).nullable(),
  deletedBy: z.string().nullable(),
  /** Counts of an array's tasks by state, for people; empty for other jobs. */
  tasks: z.string(),
  /** Since when the job has counted as ended; it is followed a little longer. Null while it goes on. */
  endedAt: z.date().nullable(),
  /** When Waldur was last seen to have news of it. */
  newsAt: z.date(),
  /** The newest row that was used to decide whether the job has left the queue. */
  judgedAt: z.date(),
  /**
   * How many runs of the hourly task in a row have read other jobs but not this one, and when the last of these was.
   */
  silentRuns: z.int(),
  silentAt: z.date(),
  /** A row that may be this job although Waldur says that it was not submitted; null if there is none. */
  found: z.string().nullable(),
});

/** A change that a sweep observed (jobs/transition.ts) and that the thread is told. */
export const transitions = z.object({
  id: z.int(),
  watchId: z.int(),
  kind: z.enum(transitionKinds),
  fromPhase: z.enum(phases),
  toPhase: z.enum(phases),
  runtimeState: z.string(),
  fromAfter: z.date(),
  fromSince: z.date(),
  lastBefore: z.date(),
  firstAfter: z.date(),
  /** The uuid of the job that was found; null for every other kind. */
  foundUuid: z.string().nullable(),
  foundSlurmId: z.string().nullable(),
  /** How far the reply about it has come. `none` means that there will be none. */
  reply: z.enum(['owed', 'sending', 'posted', 'none']),
  replyTs: z.string().nullable(),
});

/** What sweeps remember of one of Waldur's rows that have a Slurm id. */
export const seenRows = z.object({
  uuid: z.string(),
  slurmId: z.string(),
  /** A hash of the fields that people can change (jobs/queue-inference.ts). */
  looks: z.string(),
  /** As last seen. */
  modified: z.date(),
  runtimeState: z.string(),
  /** Its `modified` when it was last written without any other change; null if that has not been seen. */
  beat: z.date().nullable(),
  /** Its `modified` when its job was found to have left the queue. That holds until `modified` changes. */
  left: z.date().nullable(),
  /** Its cluster and its user. Null until they are read, which happens once. */
  serviceSettings: z.string().nullable(),
  project: z.string().nullable(),
  projectName: z.string().nullable(),
  userUuid: z.string().nullable(),
});
