import { sql } from 'kysely';
import type { Database } from './database.ts';
import { OWED } from './transitions.ts';
import type { Watch } from './watches.ts';

/** What may be sent to Slack now. */
interface Sendable {
  limit: number;
  canPost: boolean;
  canEdit: boolean;
  /** What has to wait: it is left out. */
  without: { channels: string[]; watches: number[] };
}

/**
 * Some of the watches with something owed to Slack that may be sent now: a card to post or edit, or a reply. Jobs that
 * have ended come first, then one watch of each channel before the second of any.
 */
export function owingWatches(
  db: Database,
  { limit, canPost, canEdit, without }: Sendable,
): Promise<Pick<Watch, 'id' | 'channel' | 'cardTs' | 'cardDue'>[]> {
  const cards = db
    .selectFrom('watches')
    .select('id')
    .where((where) => where.ref('cardDue'));
  const replies = db.selectFrom('transitions').select('watchId as id').where('reply', 'in', OWED);
  const owing = db
    .selectFrom('watches')
    .select((select) => [
      'id',
      'channel',
      'cardTs',
      'cardDue',
      select('endedAt', 'is', null).as('goesOn'),
      select.fn
        .agg<number>('row_number')
        .over((over) =>
          over
            .partitionBy('channel')
            .orderBy(select('endedAt', 'is', null))
            .orderBy('id'),
        )
        .as('turn'),
    ])
    .where('id', 'in', cards.union(replies))
    // An edit comes before the reply, so that a watch begins with it.
    .$if(!canEdit, (query) =>
      query.where((where) =>
        where.or([where('cardTs', 'is', null), where.not(where.ref('cardDue'))]),
      ),
    )
    .$if(!canPost, (query) =>
      query.where('cardTs', 'is not', null).where(({ ref }) => ref('cardDue')),
    )
    .where('channel', 'not in', listed(without.channels))
    .where('id', 'not in', listed(without.watches));
  return db
    .selectFrom(owing.as('owing'))
    .select(['id', 'channel', 'cardTs', 'cardDue'])
    .orderBy('goesOn')
    .orderBy('turn')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Any number of values as one parameter. */
function listed<Value extends string | number>(values: Value[]) {
  return sql<Value>`(SELECT value FROM json_each(${JSON.stringify(values)}))`;
}
