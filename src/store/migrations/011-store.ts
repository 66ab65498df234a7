import { type Kysely, sql } from 'kysely';

/** A column for each thing that a row tells, and indexes for what is asked all the time. See ../schema.ts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The word of a job that was found was its Slurm id, a blank and its uuid.
  'ALTER TABLE transitions RENAME COLUMN word TO runtime_state',
  'ALTER TABLE transitions ADD COLUMN found_uuid TEXT',
  'ALTER TABLE transitions ADD COLUMN found_slurm_id TEXT',
  `UPDATE transitions SET
    found_slurm_id = substr(runtime_state, 1, instr(runtime_state, ' ') - 1),
    found_uuid = substr(runtime_state, instr(runtime_state, ' ') + 1),
    runtime_state = ''
    WHERE kind = 'found'`,
  // Which of Slack's codes it was stands in the log.
  "UPDATE watches SET closed = 'slack refuses' WHERE closed LIKE 'slack: %'",

  // A condition is found again in a query only where the two are written alike.
  'DROP INDEX watches_due',
  'CREATE INDEX watches_due ON watches (due_at) WHERE closed IS NULL AND NOT paused',
  'DROP INDEX watches_card_due',
  'CREATE INDEX watches_card_due ON watches (id) WHERE card_due',
  'CREATE INDEX watches_card ON watches (channel, card_ts)',
  'CREATE INDEX watches_person ON watches (team, user)',
  'CREATE INDEX watches_paused ON watches (team, user) WHERE closed IS NULL AND paused',
  "CREATE INDEX accounts_owed ON accounts (team, user) WHERE notice IN ('owed', 'sending')",
  `CREATE INDEX watches_over ON watches (coalesce(ended_at, seen_at))
    WHERE closed IS NOT NULL OR paused`,
  'DROP INDEX submissions_untold',
  'CREATE INDEX submissions_untold ON submissions (created_at) WHERE NOT told',
  'CREATE INDEX submissions_job ON submissions (job_uuid)',
  'CREATE INDEX submissions_told ON submissions (coalesce(sent_at, created_at)) WHERE told',
  'CREATE INDEX scripts_kept ON scripts (kept_since)',
];
