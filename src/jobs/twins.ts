import { compareDesc } from '../dates.ts';
import type { ListedJob } from './job.ts';
import { mergedPhase, mergeRows } from './merge-rows.ts';
import type { Phase } from './phase.ts';
import { baseOf, parseSlurmId } from './slurm-id.ts';

/** One Slurm job as people see it, with Waldur's rows about it. */
export interface JobGroup<Row extends ListedJob = ListedJob> {
  job: Row;
  rows: Row[];
  /** The job's phase according to all of its rows, and to whether it has left the queue. */
  phase: Phase;
  /** Counts of an array's tasks by state; empty for other jobs. */
  tasks: string;
}

/** What is known besides the rows. */
interface Known {
  /** Uuids of rows whose job has left the queue since they were written. */
  left?: ReadonlySet<string>;
  /** True if the newest (`fromTop`) or the oldest (`toEnd`) rows are included: else rows of an array may be missing. */
  fromTop?: boolean;
  toEnd?: boolean;
  /** True if each row between them could be read. */
  isRead?: boolean;
}

/**
 * Groups the rows of each Slurm job: rows with the same service settings and the Slurm id of the job or of a part of
 * it, such as a task of an array (docs/waldur.md says how twins come about, docs/slurm.md how arrays look). Uuid, name,
 * project and owner come from the row that has a user, the state from all rows (merge-rows.ts). Newest first.
 */
export function groupTwins<Row extends ListedJob>(
  rows: readonly Row[],
  known: Known = {},
): JobGroup<Row>[] {
  const groups = Map.groupBy(rows, (row) =>
    row.slurmId === '' || row.serviceSettings === ''
      ? row.uuid
      : JSON.stringify([row.serviceSettings, baseOf(row.slurmId)]),
  );
  return [...groups.values()]
    .map((group) => combine(group, known))
    .sort((a, b) => compareDesc(a.job.created, b.job.created));
}

/** Waldur's own state stays that of the known row: deleting it is not deleting its twin. */
function combine<Row extends ListedJob>(
  rows: Row[],
  { left = new Set(), fromTop = true, toEnd = true, isRead = true }: Known,
): JobGroup<Row> {
  const best = rows.reduce((one, row) => (isBetterKnown(row, one) ? row : one));
  // The row that was submitted is older than those of its tasks.
  const hasFirst = rows.some(({ slurmId }) => parseSlurmId(slurmId).sign === '');
  const said = mergeRows(
    rows.map((row) => ({ ...row, left: left.has(row.uuid) })),
    isRead && fromTop && (toEnd || hasFirst),
  );
  const { runtimeState, modified } = said ?? freshest(rows);
  const job = { ...best, slurmId: baseOf(best.slurmId), runtimeState, modified };
  return { job, rows, phase: mergedPhase(job, said), tasks: said?.tasks ?? '' };
}

function isBetterKnown(row: ListedJob, best: ListedJob): boolean {
  if ((row.userUuid === null) !== (best.userUuid === null)) return row.userUuid !== null;
  return row.created < best.created;
}

function freshest(rows: ListedJob[]): ListedJob {
  return rows.reduce((best, row) => (row.modified > best.modified ? row : best));
}
