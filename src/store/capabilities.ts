import { z } from 'zod';
import {
  type Capability,
  isRefused,
  type Operation,
  operations,
  type Refused,
} from '../jobs/operation.ts';
import type { Database } from './database.ts';

const operation = z.enum(operations);

/** What was learned about the Waldur at this address. */
export async function findCapabilities(db: Database, waldurUrl: string): Promise<Capability[]> {
  const rows = await db
    .selectFrom('capabilities')
    .selectAll()
    .where('waldur_url', '=', waldurUrl)
    .execute();
  return rows.map((row) => ({
    operation: operation.parse(row.operation),
    doubtedAt: toDate(row.doubted_at),
    refusedAt: toDate(row.refused_at),
    workedAt: toDate(row.worked_at),
    status: row.status,
  }));
}

/** The operations that the Waldur at this address refuses. */
export async function refusedOperations(
  db: Database,
  waldurUrl: string,
  now: Date,
): Promise<Refused> {
  const known = await findCapabilities(db, waldurUrl);
  return new Set<Operation>(
    known.filter((each) => isRefused(each, now)).map((each) => each.operation),
  );
}

/** Writes what is known of an operation; what was known before is replaced. */
export async function saveCapability(
  db: Database,
  waldurUrl: string,
  known: Capability,
): Promise<void> {
  const columns = {
    doubted_at: known.doubtedAt?.getTime() ?? null,
    refused_at: known.refusedAt?.getTime() ?? null,
    worked_at: known.workedAt?.getTime() ?? null,
    status: known.status,
  };
  await db
    .insertInto('capabilities')
    .values({ waldur_url: waldurUrl, operation: known.operation, ...columns })
    .onConflict((conflict) => conflict.columns(['waldur_url', 'operation']).doUpdateSet(columns))
    .execute();
}

/** Forgets what was learned, so that everything is tried again. */
export async function forgetCapabilities(db: Database, waldurUrl: string): Promise<void> {
  await db.deleteFrom('capabilities').where('waldur_url', '=', waldurUrl).execute();
}

function toDate(time: number | null): Date | null {
  return time === null ? null : new Date(time);
}
