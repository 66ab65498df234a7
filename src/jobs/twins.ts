import { compareDesc } from 'date-fns';
import type { ListedJob } from './job.ts';
import { phaseIn, together } from './parts.ts';
import type { Phase } from './phase.ts';
import { baseOf, parseSlurmId } from './slurm-id.ts';

/** One Slurm job as people see it, and the rows of Waldur that are about it. */
export interface JobGroup<Row extends ListedJob = ListedJob> {
  job: Row;
  rows: Row[];
  /** Of the job: what its rows say together, and that they have left the queue. */
  phase: Phase;
  /** Counts of an array's tasks by state; empty for other jobs. */
  tasks: string;
}

/** What is known beside the rows. */
export interface Known {
  /** Uuids of rows whose job was found to have left the queue since they were written. */
  left?: ReadonlySet<string>;
  /** Whether the newest rows are among them, and the oldest: else rows of an array may be missing. */
  fromTop?: boolean;
  toEnd?: boolean;
}

/**
 * Puts together the rows of each Slurm job: same service settings and Slurm id, or a part of it, such as a task of an
 * array (docs/waldur.md says how twins come about, docs/slurm.md how arrays look). The row with a user gives uuid, name,
 * project and owner; what the rows say together is the state (parts.ts). Newest first.
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
  { left = new Set(), fromTop = true, toEnd = true }: Known,
): JobGroup<Row> {
  const best = rows.reduce((one, row) => (isBetterKnown(row, one) ? row : one));
  // The row that was submitted is older than those of its tasks.
  const hasFirst = rows.some(({ slurmId }) => parseSlurmId(slurmId).sign === '');
  const said = together(
    rows.map((row) => ({ ...row, left: left.has(row.uuid) })),
    fromTop && (toEnd || hasFirst),
  );
  const { runtimeState, modified } = said ?? freshest(rows);
  const job = { ...best, slurmId: baseOf(best.slurmId), runtimeState, modified };
  return { job, rows, phase: phaseIn(job, said), tasks: said?.tasks ?? '' };
}

function isBetterKnown(row: ListedJob, best: ListedJob): boolean {
  if ((row.userUuid === null) !== (best.userUuid === null)) return row.userUuid !== null;
  return row.created < best.created;
}

function freshest(rows: ListedJob[]): ListedJob {
  return rows.reduce((best, row) => (row.modified > best.modified ? row : best));
}
