import type { Insertable, Selectable } from 'kysely';
import type { Place } from '../jobs/job.ts';
import type { Database } from './database.ts';
import type { SeenRowTable } from './schema.ts';

/** What sweeps remember of one of Waldur's rows that have heard of the cluster. */
export interface SeenRow {
  uuid: string;
  /** As seen last. */
  modified: Date;
  runtimeState: string;
  /** Its `modified` when it was last written without any other change. */
  beat: Date | null;
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

/** Remembers rows; what was remembered before is replaced. */
export async function saveSeenRows(db: Database, rows: readonly SeenRow[]): Promise<void> {
  for (const row of rows) {
    const columns = toColumns(row);
    await db
      .insertInto('seen_rows')
      .values(columns)
      .onConflict((conflict) => conflict.column('uuid').doUpdateSet(columns))
      .execute();
  }
}

/** Forgets rows that Waldur has not written since `before`. */
export async function forgetSeenRows(db: Database, before: Date): Promise<void> {
  await db.deleteFrom('seen_rows').where('modified', '<', before.getTime()).execute();
}

function toColumns({ uuid, modified, runtimeState, beat, left, place }: SeenRow) {
  return {
    uuid,
    modified: modified.getTime(),
    runtime_state: runtimeState,
    beat: beat?.getTime() ?? null,
    left: left?.getTime() ?? null,
    service_settings: place?.serviceSettings ?? null,
    project: place?.project ?? null,
    project_name: place?.projectName ?? null,
    user_uuid: place?.userUuid ?? null,
  } satisfies Insertable<SeenRowTable>;
}

function toSeenRow(row: Selectable<SeenRowTable>): SeenRow {
  return {
    uuid: row.uuid,
    modified: new Date(row.modified),
    runtimeState: row.runtime_state,
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
