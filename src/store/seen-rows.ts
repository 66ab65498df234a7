import type { Selectable } from 'kysely';
import type { Place } from '../jobs/job.ts';
import type { Sight } from '../jobs/queue-inference.ts';
import type { Database } from './database.ts';
import type { SeenRowTable } from './schema.ts';

/** What sweeps remember of one of Waldur's rows that have a Slurm id. */
export interface SeenRow extends Sight {
  uuid: string;
  slurmId: string;
  /** Its `modified` when it was found to have left the queue. */
  left: Date | null;
  /** Null until it was read: it costs a request, once. */
  place: Place | null;
}

/** What is remembered of these rows, by uuid. */
export async function findSeenRows(db: Database, uuids: string[]): Promise<Map<string, SeenRow>> {
  if (uuids.length === 0) return new Map();
  const rows = await db.selectFrom('seen_rows').selectAll().where('uuid', 'in', uuids).execute();
  return new Map(rows.map((row) => [row.uuid, toSeenRow(row)]));
}

/** Rows of a cluster, or of an unknown one, that Waldur has written since. */
export async function seenRowsSince(
  db: Database,
  serviceSettings: string,
  since: Date,
): Promise<SeenRow[]> {
  const rows = await db
    .selectFrom('seen_rows')
    .selectAll()
    .where('modified', '>=', since.getTime())
    .where((where) =>
      where.or([
        where('service_settings', '=', serviceSettings),
        where('service_settings', 'is', null),
      ]),
    )
    .execute();
  return rows.map(toSeenRow);
}

/** Those of these rows whose job was found to have left the queue since they were written. */
export async function leftRows(
  db: Database,
  rows: readonly { uuid: string; modified: Date }[],
): Promise<Set<string>> {
  const seen = await findSeenRows(
    db,
    rows.map(({ uuid }) => uuid),
  );
  const left = rows.filter(
    ({ uuid, modified }) => seen.get(uuid)?.left?.getTime() === modified.getTime(),
  );
  return new Set(left.map(({ uuid }) => uuid));
}

/** Remembers what rows look like; where they belong, and that they have left, stays. */
export async function saveSights(db: Database, rows: readonly SeenRow[]): Promise<void> {
  for (const { uuid, slurmId, modified, runtimeState, looks, beat } of rows) {
    const columns = {
      slurm_id: slurmId,
      modified: modified.getTime(),
      runtime_state: runtimeState,
      looks,
      beat: beat?.getTime() ?? null,
    };
    await db
      .insertInto('seen_rows')
      .values({ uuid, ...columns })
      .onConflict((conflict) => conflict.column('uuid').doUpdateSet(columns))
      .execute();
  }
}

/** Remembers where a row belongs. */
export async function savePlace(db: Database, uuid: string, place: Place): Promise<void> {
  await db
    .updateTable('seen_rows')
    .set({
      service_settings: place.serviceSettings,
      project: place.project,
      project_name: place.projectName,
      user_uuid: place.userUuid,
    })
    .where('uuid', '=', uuid)
    .execute();
}

/** Remembers that the job of a row has left the queue, as long as the row is not written again. */
export async function saveLeft(db: Database, uuid: string, modified: Date): Promise<void> {
  await db
    .updateTable('seen_rows')
    .set({ left: modified.getTime() })
    .where('uuid', '=', uuid)
    .execute();
}

/** Forgets rows that Waldur has not written since `before`. */
export async function forgetSeenRows(db: Database, before: Date): Promise<void> {
  await db.deleteFrom('seen_rows').where('modified', '<', before.getTime()).execute();
}

function toSeenRow(row: Selectable<SeenRowTable>): SeenRow {
  return {
    uuid: row.uuid,
    slurmId: row.slurm_id,
    modified: new Date(row.modified),
    runtimeState: row.runtime_state,
    looks: row.looks,
    beat: row.beat === null ? null : new Date(row.beat),
    left: row.left === null ? null : new Date(row.left),
    place:
      row.service_settings === null
        ? null
        : {
            serviceSettings: row.service_settings,
            project: row.project ?? '',
            projectName: row.project_name ?? '',
            userUuid: row.user_uuid,
          },
  };
}
