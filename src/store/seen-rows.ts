import { isEqual } from '../dates.ts';
import type { Place } from '../jobs/job.ts';
import { inChunks } from './chunks.ts';
import type { Database } from './database.ts';
import type { Row } from './schema.ts';

/** What sweeps remember of one of Waldur's rows that have a Slurm id. */
export interface SeenRow extends Omit<Row<'seenRows'>, keyof Place> {
  /** Null until it is read, which costs one request. */
  place: Place | null;
}

/** What sweeps remember of these rows, by uuid. */
export async function findSeenRows(db: Database, uuids: string[]): Promise<Map<string, SeenRow>> {
  const rows = await inChunks(uuids, (chunk) =>
    db.selectFrom('seenRows').selectAll().where('uuid', 'in', chunk).execute(),
  );
  return new Map(rows.map((row) => [row.uuid, toSeenRow(row)]));
}

/** Rows of a cluster, or of one not known yet, that Waldur has written since a time. */
export async function seenRowsSince(
  db: Database,
  serviceSettings: string,
  since: Date,
): Promise<SeenRow[]> {
  const rows = await db
    .selectFrom('seenRows')
    .selectAll()
    .where('modified', '>=', since)
    .where((where) =>
      where.or([
        where('serviceSettings', '=', serviceSettings),
        where('serviceSettings', 'is', null),
      ]),
    )
    .execute();
  return rows.map(toSeenRow);
}

/** Those of these rows whose job has been found to have left the queue since they were written. */
export async function leftRows(
  db: Database,
  rows: readonly { uuid: string; modified: Date }[],
): Promise<Set<string>> {
  const seen = await findSeenRows(
    db,
    rows.map(({ uuid }) => uuid),
  );
  const hasLeft = ({ uuid, modified }: { uuid: string; modified: Date }) => {
    const left = seen.get(uuid)?.left ?? null;
    return left !== null && isEqual(left, modified);
  };
  return new Set(rows.filter(hasLeft).map(({ uuid }) => uuid));
}

/** Remembers what rows look like. It keeps where they belong, and that their jobs have left the queue. */
export async function saveSights(db: Database, rows: readonly SeenRow[]): Promise<void> {
  const sights = rows.map(({ place: _, left: __, ...sight }) => sight);
  await inChunks(
    sights,
    (chunk) =>
      db
        .insertInto('seenRows')
        .values(chunk)
        .onConflict((conflict) =>
          conflict.column('uuid').doUpdateSet(({ ref }) => ({
            slurmId: ref('excluded.slurmId'),
            modified: ref('excluded.modified'),
            runtimeState: ref('excluded.runtimeState'),
            looks: ref('excluded.looks'),
            beat: ref('excluded.beat'),
          })),
        )
        .execute(),
    6,
  );
}

/** Remembers the cluster and the user of a row. */
export async function savePlace(db: Database, uuid: string, place: Place): Promise<void> {
  await db.updateTable('seenRows').set(place).where('uuid', '=', uuid).execute();
}

/** Remembers that the job of a row has left the queue, until the row is written again. */
export async function saveLeft(db: Database, uuid: string, modified: Date): Promise<void> {
  await db.updateTable('seenRows').set({ left: modified }).where('uuid', '=', uuid).execute();
}

/** Forgets rows that Waldur has not written since `before`. */
export async function forgetSeenRows(db: Database, before: Date): Promise<void> {
  await db.deleteFrom('seenRows').where('modified', '<', before).execute();
}

function toSeenRow(row: Row<'seenRows'>): SeenRow {
  const { serviceSettings, project, projectName, userUuid, ...seen } = row;
  const names = { project: project ?? '', projectName: projectName ?? '' };
  const place = serviceSettings === null ? null : { serviceSettings, ...names, userUuid };
  return { ...seen, place };
}
