import { z } from 'zod';
import { resourceStates } from '../jobs/job.ts';
import { phases } from '../jobs/phase.ts';
import { closedReasons, transitionKinds } from '../jobs/transition.ts';

/** A job followed in one Slack thread: where, for whom, and the job as it was seen last. */
export const watches = z.object({
  id: z.int(),
  team: z.string(),
  /** Whose Waldur account reads the job, and who is mentioned at the end. */
  user: z.string(),
  channel: z.string(),
  /** Null while the card itself starts the thread. */
  threadTs: z.string().nullable(),
  cardTs: z.string().nullable(),
  cardSending: z.boolean(),
  /** Hash of the card as last shown. */
  cardShown: z.string(),
  /** True if something was written that the card may have to show. */
  cardDue: z.boolean(),
  /** A sentence that the card carries, for instance why it is in the direct message; empty mostly. */
  note: z.string(),
  jobUuid: z.string(),
  jobCreated: z.date(),
  /** Mark of the submission that it came from; null for a job that was followed later. */
  submissionId: z.string().nullable(),
  /** As the person typed it: Waldur's hourly task overwrites its own. */
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
  /** True if Waldur was seen to hear of this job within minutes; else its news may be an hour old. */
  live: z.boolean(),
  /** When Waldur was last asked with success. */
  seenAt: z.date(),
  /** How many sweeps in a row could not ask Waldur. */
  failures: z.int(),
  /** When the record was first missed; null while it is there. */
  missingSince: z.date().nullable(),
  dueAt: z.date(),
  /** True if the account that reads the job does not work: nobody looks until the person connects again. */
  paused: z.boolean(),
  /** Why nobody looks any more; null while followed. */
  closed: z.enum(closedReasons).nullable(),
  deletedBy: z.string().nullable(),
  /** Counts of an array's tasks by state, for people; empty for other jobs. */
  tasks: z.string(),
  /** Since when the job counts as ended; it is followed for a while longer. Null while it goes on. */
  endedAt: z.date().nullable(),
  /** When Waldur was last seen to have news of it. */
  newsAt: z.date(),
  /** The newest row by which it was judged whether the job has left the queue. */
  judgedAt: z.date(),
  /** How many runs of the hourly task in a row have read others and not this job, and when the last of them did. */
  silentRuns: z.int(),
  silentAt: z.date(),
  /** Row of a job that may be this one although Waldur says it was not submitted; null if there is none. */
  found: z.string().nullable(),
});

/** A change that a sweep observed (jobs/transition.ts); what the thread is told. */
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
  /** Of the job that was found; null for every other kind. */
  foundUuid: z.string().nullable(),
  foundSlurmId: z.string().nullable(),
  /** How far the reply about it has come; `none`: there is none to come. */
  reply: z.enum(['owed', 'sending', 'posted', 'none']),
  replyTs: z.string().nullable(),
});

/** What sweeps remember of one of Waldur's rows that have a Slurm id. */
export const seenRows = z.object({
  uuid: z.string(),
  slurmId: z.string(),
  /** Hash of what people can change of it (jobs/queue-inference.ts). */
  looks: z.string(),
  /** As seen last. */
  modified: z.date(),
  runtimeState: z.string(),
  /** Its `modified` when it was last written without any other change; null if that was never seen. */
  beat: z.date().nullable(),
  /** Its `modified` when it was found to have left the queue; it holds while the two are the same. */
  left: z.date().nullable(),
  /** Where it belongs, and to whom; read once, null before. */
  serviceSettings: z.string().nullable(),
  project: z.string().nullable(),
  projectName: z.string().nullable(),
  userUuid: z.string().nullable(),
});
