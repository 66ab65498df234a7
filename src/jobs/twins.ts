import type { ListedJob } from './job.ts';
import { together } from './parts.ts';
import { parseSlurmId } from './slurm-id.ts';

/** One Slurm job as people see it, and the rows of Waldur that are about it. */
export interface JobGroup<Row extends ListedJob = ListedJob> {
  job: Row;
  rows: Row[];
  /** Counts of an array's tasks by state; empty for other jobs. */
  tasks: string;
}

/**
 * Puts together the rows of each Slurm job: same service settings and Slurm id, or a part of it, such as a task of an
 * array (docs/waldur.md says how twins come about, docs/slurm.md how arrays look). The row with a user gives uuid, name,
 * project and owner; what the rows say together is the state (parts.ts). Newest first.
 */
export function groupTwins<Row extends ListedJob>(rows: readonly Row[]): JobGroup<Row>[] {
  const groups = Map.groupBy(rows, (row) =>
    row.slurmId === '' || row.serviceSettings === ''
      ? row.uuid
      : JSON.stringify([row.serviceSettings, parseSlurmId(row.slurmId).base]),
  );
  return [...groups.values()]
    .map(combine)
    .sort((a, b) => b.job.created.getTime() - a.job.created.getTime());
}

/** Waldur's own state stays that of the known row: deleting it is not deleting its twin. */
function combine<Row extends ListedJob>(rows: Row[]): JobGroup<Row> {
  const known = rows.reduce((best, row) => (isBetterKnown(row, best) ? row : best));
  const said = together(rows.map((row) => ({ ...row, left: false })));
  const slurmId = rows.length === 1 ? known.slurmId : parseSlurmId(known.slurmId).base;
  const { runtimeState, modified } = said ?? freshest(rows);
  return { job: { ...known, slurmId, runtimeState, modified }, rows, tasks: said?.tasks ?? '' };
}

function isBetterKnown(row: ListedJob, best: ListedJob): boolean {
  if ((row.userUuid === null) !== (best.userUuid === null)) return row.userUuid !== null;
  return row.created.getTime() < best.created.getTime();
}

function freshest(rows: ListedJob[]): ListedJob {
  return rows.reduce((best, row) => (row.modified > best.modified ? row : best));
}
