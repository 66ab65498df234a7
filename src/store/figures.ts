import { min } from '../dates.ts';
import type { Database } from './database.ts';
import { type Notice, owedNotices } from './notices.ts';
import type { Row } from './schema.ts';
import { OWED } from './transitions.ts';
import { nextDue } from './watches.ts';

/** What an operator wants to know of the tables, counted by indexes. */
export interface Figures {
  /** Jobs that are followed, by phase and by whether somebody looks at them at present. */
  followed: (Pick<Row<'watches'>, 'phase' | 'paused'> & { count: number })[];
  /** Since when Waldur should have been asked; null if nothing is due. */
  dueSince: Date | null;
  /** What people have not been told yet, by kind. */
  owed: Record<OwedKind, Owed>;
  /** Submissions that are kept, by how far they have come. */
  submissions: (Pick<Row<'submissions'>, 'state'> & { count: number })[];
}

/** `card` is an edit or a first post; `reply` a change told in a thread; `outcome` a submission's. */
type OwedKind = 'card' | 'reply' | 'outcome' | 'notice';

interface Owed {
  count: number;
  /** Since when the oldest is owed; null if nothing is, or for cards, where nobody keeps it. */
  since: Date | null;
}

/** Counts what is there now. Conditions are written as their indexes have them: else SQLite would not use those. */
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
