import type { ListedJob } from './job.ts';

/** One Slurm job as people see it, and the rows of Waldur that are about it. */
export interface JobGroup {
  job: ListedJob;
  rows: ListedJob[];
}

/**
 * Puts together the rows of each Slurm job (same service settings and Slurm id; docs/waldur.md says how twins come
 * about). The row with a user gives uuid, name, project and owner; the freshest one that has heard of the cluster
 * tells the state. Newest first. Tasks of an array have ids of their own, so they are no twins.
 */
export function groupTwins(rows: readonly ListedJob[]): JobGroup[] {
  const groups = Map.groupBy(rows, (row) =>
    row.slurmId === '' || row.serviceSettings === ''
      ? row.uuid
      : JSON.stringify([row.serviceSettings, row.slurmId]),
  );
  return [...groups.values()]
    .map((twins) => ({ job: combine(twins), rows: twins }))
    .sort((a, b) => b.job.created.getTime() - a.job.created.getTime());
}

/** Waldur's own state stays that of the known row: deleting it is not deleting its twin. */
function combine(rows: ListedJob[]): ListedJob {
  const known = rows.reduce((best, row) => (isBetterKnown(row, best) ? row : best));
  const { runtimeState, modified } = rows.reduce((best, row) =>
    isFresher(row, best) ? row : best,
  );
  return { ...known, runtimeState, modified };
}

function isBetterKnown(row: ListedJob, best: ListedJob): boolean {
  if ((row.userUuid === null) !== (best.userUuid === null)) return row.userUuid !== null;
  return row.created.getTime() < best.created.getTime();
}

/** An empty runtime state is silence: it never hides what a twin has heard. */
function isFresher(row: ListedJob, best: ListedJob): boolean {
  if ((row.runtimeState === '') !== (best.runtimeState === '')) return row.runtimeState !== '';
  return row.modified.getTime() > best.modified.getTime();
}
