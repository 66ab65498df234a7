import type { Generated } from 'kysely';

/**
 * The tables as SQLite holds them. Times are milliseconds since 1970, booleans 0 or 1, structures JSON text.
 * A column `…_sending` is 1 from before a post is sent to Slack until its fate is known: after a kill it says
 * that the message may be there (see slack/post.ts).
 */
export interface Tables {
  inbox: InboxTable;
  accounts: AccountTable;
  scripts: ScriptTable;
  submissions: SubmissionTable;
  watches: WatchTable;
  transitions: TransitionTable;
  audit: AuditTable;
  seen_rows: SeenRowTable;
}

/** Slack events, kept before they are acknowledged. The body is dropped once the event is dealt with. */
export interface InboxTable {
  event_id: string;
  body: string | null;
  received_at: number;
}

/** Who a Slack user is in Waldur. `sealed` is the token, encrypted (accounts/seal.ts). */
export interface AccountTable {
  team: string;
  user: string;
  waldur_uuid: string;
  username: string;
  full_name: string;
  sealed: string;
  connected_at: number;
  /** When Waldur refused the token; null while it works. */
  expired_at: number | null;
  /** The Slack address by which the identity was found; null where a token was linked (`sealed`, else empty). */
  email: Generated<string | null>;
  /** How far the one message about an expired token has come. */
  notice: Generated<'none' | 'owed' | 'sending' | 'told'>;
  /** JSON of the allocations fetched last, so that a menu never waits for Waldur. */
  allocations: string;
  /** The allocation submitted to last. */
  last_allocation: string | null;
}

/** A script shared in Slack, as it was when the bot read it. `channel` is null for an upload in the form. */
export interface ScriptTable {
  id: Generated<number>;
  /** What it is called outside the database: 128 random bits. */
  key: string;
  team: string;
  channel: string | null;
  /** 1 where `channel` is the sharer's direct message with the bot. */
  direct: number;
  message_ts: string | null;
  thread_ts: string | null;
  /** Empty once this person has left. */
  shared_by: string;
  file_id: string;
  file_name: string;
  /** SHA-256 of the file as it was read first; empty until then. */
  sha256: string;
  prompt_ts: string | null;
  prompt_sending: number;
  /** When retention first saw it, within a day of its being shared; 0 before. */
  kept_since: Generated<number>;
}

/** A person's intent to submit one script once, committed before Waldur is called. `id` is the mark. */
export interface SubmissionTable {
  id: string;
  team: string;
  user: string;
  script_id: number;
  /** 1: line endings are converted before anything is shown, hashed or sent. */
  convert: Generated<number>;
  /** SHA-256 of what the person was shown; empty where nothing was shown (an upload in the form). */
  sha256: string;
  /** Empty: taken from the script. */
  name: string;
  /** What Slurm calls it: the script's own job name, else its file's; empty until it was read. */
  slurm_name: Generated<string>;
  /** The script's own `--output`; empty where it names none, or was not read yet. */
  output: Generated<string>;
  description: string;
  /** JSON of the chosen allocation. */
  allocation: string;
  /** Where to follow the job; both null is the direct message. */
  channel: string | null;
  thread_ts: string | null;
  /** The modal that shows how it goes. */
  view_id: string;
  /** `lost`: it was sent once, and nobody knows whether Waldur has it. */
  state: 'committed' | 'sending' | 'unclear' | 'accepted' | 'failed' | 'lost';
  created_at: number;
  sent_at: number | null;
  job_uuid: string | null;
  /** A sentence for the person when it failed; null otherwise. */
  problem: string | null;
  /** 1 once the person has been told the outcome. */
  told: number;
  /** When the bot goes on with it: sends it, looks for its mark, tells; null once there is nothing left to do. */
  due_at: number | null;
  /** Mark of an earlier submission of the same script whose answer was lost; null when there was none. */
  again: string | null;
  /** Reference of the log lines of this submission. */
  ref: string;
}

/** A job followed in one Slack thread. Without `thread_ts` the card starts the thread. */
export interface WatchTable {
  id: Generated<number>;
  team: string;
  /** Whose Waldur account reads the job, and who is mentioned at the end. */
  user: string;
  channel: string;
  thread_ts: string | null;
  card_ts: string | null;
  card_sending: number;
  /** Hash of the card as last shown. */
  card_shown: string;
  /** 1 when something was written that the card may have to show. */
  card_due: number;
  /** A sentence that the card carries, for instance why it is in the direct message; empty mostly. */
  note: string;
  job_uuid: string;
  job_created: number;
  /** Mark of the submission that it came from; null for a job that was followed later. */
  submission_id: string | null;
  /** As the person typed it: Waldur's hourly task overwrites its own. */
  name: string;
  project_name: string;
  service_settings: string;
  owner_name: string;
  state: string;
  runtime_state: string;
  slurm_id: string;
  error_message: string;
  modified: number;
  phase: string;
  /** When it was last known not to be in this phase, and first seen in it. */
  phase_after: Generated<number>;
  phase_since: number;
  /** 1 when Waldur was seen to hear of this job within minutes, 0 while its news may be an hour old. */
  live: number;
  /** When Waldur was last asked with success. */
  seen_at: number;
  /** How many sweeps in a row could not ask Waldur. */
  failures: number;
  /** When the record was first missed; null while it is there. */
  missing_since: number | null;
  due_at: number;
  /** 1 while the account that reads the job does not work: nobody looks until the person connects again. */
  paused: Generated<number>;
  /** Why nobody looks any more: an end, or a Slack error; null while followed. */
  closed: string | null;
  deleted_by: string | null;
  /** Counts of an array's tasks by state, for people; empty for other jobs. */
  tasks: Generated<string>;
  /** Since when the job counts as ended; it is followed for a while longer. */
  ended_at: number | null;
  /** When Waldur was last seen to have news of it. */
  news_at: number;
  /** The newest row by which it was judged whether the job has left the queue. */
  judged_at: Generated<number>;
  /** How many runs of the hourly task in a row have read others and not this job, and when the last of them did. */
  silent_runs: Generated<number>;
  silent_at: Generated<number>;
  /** Row of a job that may be this one although Waldur says it was not submitted; null when there is none. */
  found: string | null;
}

/** A change of phase that a sweep observed; what the thread is told. */
export interface TransitionTable {
  id: Generated<number>;
  watch_id: number;
  kind: string;
  from_phase: string;
  to_phase: string;
  word: string;
  /** When the old phase had not begun yet, when it was first and last seen, and the new one first. */
  from_after: Generated<number>;
  from_since: number;
  last_before: number;
  first_after: number;
  reply: 'owed' | 'sending' | 'posted' | 'none';
  reply_ts: string | null;
}

/** What was done in Waldur: kept when a person leaves. */
export interface AuditTable {
  /** The mark of a submission; random for everything else. */
  id: string;
  at: number;
  team: string;
  user: string;
  waldur_uuid: string;
  waldur_user: string;
  action: 'submit' | 'refresh' | 'edit' | 'unlink' | 'delete';
  job_uuid: string | null;
  outcome: string;
  ref: string;
}

/** What sweeps remember of one of Waldur's rows that have a Slurm id. */
export interface SeenRowTable {
  uuid: string;
  slurm_id: Generated<string>;
  /** Hash of what people can change of it (jobs/queue-inference.ts). */
  looks: Generated<string>;
  /** As seen last. */
  modified: number;
  runtime_state: string;
  /** Its `modified` when it was last written without any other change; null when that was never seen. */
  beat: number | null;
  /** Its `modified` when it was found to have left the queue; it holds while the two are the same. */
  left: Generated<number | null>;
  /** Where it belongs, and to whom; read once, null before. */
  service_settings: Generated<string | null>;
  project: Generated<string | null>;
  project_name: Generated<string | null>;
  user_uuid: Generated<string | null>;
}
