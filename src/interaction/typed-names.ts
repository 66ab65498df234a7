import type { Job } from '../jobs/job.ts';
import { typedNames } from '../store/submissions.ts';
import type { Context } from './context.ts';

/**
 * Rows with the names that people typed, where the bot submitted them: Waldur's hourly task puts Slurm's job name in
 * their place.
 */
export async function withTypedNames<Row extends Pick<Job, 'uuid' | 'name'>>(
  { db }: Context,
  team: string,
  rows: Row[],
): Promise<Row[]> {
  if (rows.length === 0) return rows;
  const names = await typedNames(
    db,
    team,
    rows.map(({ uuid }) => uuid),
  );
  return rows.map((row) => ({ ...row, name: names.get(row.uuid) ?? row.name }));
}
