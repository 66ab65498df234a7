import { sql } from 'kysely';
import type { Database } from './database.ts';
import { owedNotices } from './notices.ts';

/** What an operator wants to know of the tables, counted by indexes. */
export interface Figures {
  /** Jobs that are followed, by phase and by whether somebody looks at them at present. */
  followed: { phase: string; paused: 0 | 1; count: number }[];
  /** Since when Waldur should have been asked; null when nothing is due. */
  dueSince: Date | null;
  /** What people have not been told yet, by kind. */
  owed: Record<OwedKind, Owed>;
  /** Submissions that are kept, by how far they have come. */
  submissions: { state: string; count: number }[];
}

/** `card` is an edit or a first post; `reply` a change told in a thread; `outcome` a submission's. */
export type OwedKind = 'card' | 'reply' | 'outcome' | 'notice';

export interface Owed {
  count: number;
  /** Since when the oldest is owed; null when nothing is, or for cards, where nobody keeps it. */
  since: Date | null;
}

/** Counts what is there now. Conditions are literals, not parameters: SQLite takes a partial index for those only. */
export async function readFigures(db: Database, now: Date): Promise<Figures> {
  const followed = await sql<Figures['followed'][number]>`
    SELECT phase, paused, count(*) AS count FROM watches WHERE closed IS NULL
    GROUP BY phase, paused`.execute(db);
  const due = await sql<{ since: number | null }>`
    SELECT due_at AS since FROM watches WHERE closed IS NULL AND paused = 0
    ORDER BY due_at LIMIT 1`.execute(db);
  const cards = await sql<Row>`
    SELECT count(*) AS count, NULL AS since FROM watches WHERE card_due = 1`.execute(db);
  const replies = await sql<Row>`
    SELECT count(*) AS count, min(first_after) AS since FROM transitions
    WHERE reply IN ('owed', 'sending')`.execute(db);
  const outcomes = await sql<Row>`
    SELECT count(*) AS count, min(created_at) AS since FROM submissions WHERE told = 0`.execute(db);
  const submissions = await sql<Figures['submissions'][number]>`
    SELECT state, count(*) AS count FROM submissions GROUP BY state`.execute(db);
  const since = due.rows[0]?.since ?? null;
  return {
    followed: followed.rows,
    dueSince: since === null || since > now.getTime() ? null : new Date(since),
    owed: {
      card: owed(cards.rows),
      reply: owed(replies.rows),
      outcome: owed(outcomes.rows),
      notice: noticesOwed(await owedNotices(db)),
    },
    submissions: submissions.rows,
  };
}

interface Row {
  count: number;
  since: number | null;
}

function owed([row]: Row[]): Owed {
  return { count: row?.count ?? 0, since: row?.since == null ? null : new Date(row.since) };
}

function noticesOwed(notices: { expiredAt: number }[]): Owed {
  const oldest = Math.min(...notices.map(({ expiredAt }) => expiredAt));
  return { count: notices.length, since: notices.length === 0 ? null : new Date(oldest) };
}
