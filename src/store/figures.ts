import { min } from '../dates.ts';
import type { Database } from './database.ts';
import { type Notice, owedNotices } from './notices.ts';
import type { Row } from './schema.ts';
import { OWED } from './transitions.ts';
import { nextDue } from './watches.ts';

/** What the tables tell an operator, counted with indexes. */
export interface Figures {
  /** Followed jobs, by phase, and by whether they are paused. */
  followed: (Pick<Row<'watches'>, 'phase' | 'paused'> & { count: number })[];
  /** When Waldur should have been asked; null if nothing is due. */
  dueSince: Date | null;
  /** News that people have not had yet, by kind. */
  owed: Record<OwedKind, Owed>;
  /** Submissions in the database, by state. */
  submissions: (Pick<Row<'submissions'>, 'state'> & { count: number })[];
}

/** `card` is an edit or a first post, `reply` a change told in a thread, and `outcome` that of a submission. */
type OwedKind = 'card' | 'reply' | 'outcome' | 'notice';

interface Owed {
  count: number;
  /** Since when the oldest has been owed; null if nothing is owed, and for cards, which do not record it. */
  since: Date | null;
}

/**
 * Counts the rows as they are now. Conditions are written exactly as in their indexes, because SQLite would not use
 * these otherwise.
 */
export async function readFigures(db: Database, now: Date): Promise<Figures> {
  const followed = await db
    .selectFrom('watches')
    .select(({ fn }) => ['phase', 'paused', fn.countAll<number>().as('count')])
    .where('closed', 'is', null)
    .groupBy(['phase', 'paused'])
    .execute();
  const submissions = await db
    .selectFrom('submissions')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  const due = await nextDue(db);
  return {
    followed,
    dueSince: due === null || due > now ? null : due,
    owed: {
      card: await cardsOwed(db),
      reply: await repliesOwed(db),
      outcome: await outcomesOwed(db),
      notice: noticesOwed(await owedNotices(db)),
    },
    submissions,
  };
}

async function cardsOwed(db: Database): Promise<Owed> {
  const { count } = await db
    .selectFrom('watches')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where((where) => where.ref('cardDue'))
    .executeTakeFirstOrThrow();
  return { count, since: null };
}

async function repliesOwed(db: Database): Promise<Owed> {
  const row = await db
    .selectFrom('transitions')
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min('firstAfter').as('firstAfter')])
    .where('reply', 'in', OWED)
    .having(({ fn }) => fn.countAll(), '>', 0)
    .executeTakeFirst();
  return row === undefined ? NONE : { count: row.count, since: row.firstAfter };
}

async function outcomesOwed(db: Database): Promise<Owed> {
  const row = await db
    .selectFrom('submissions')
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min('createdAt').as('createdAt')])
    .where((where) => where.not(where.ref('told')))
    .having(({ fn }) => fn.countAll(), '>', 0)
    .executeTakeFirst();
  return row === undefined ? NONE : { count: row.count, since: row.createdAt };
}

function noticesOwed(notices: Notice[]): Owed {
  const times = notices.map(({ expiredAt }) => expiredAt);
  return times.length === 0 ? NONE : { count: times.length, since: min(times) };
}

const NONE: Owed = { count: 0, since: null };
