import { isEqual } from '../dates.ts';
import type { Job } from '../jobs/job.ts';
import { mergedPhase, mergeRows, type RowState } from '../jobs/merge-rows.ts';
import { isEnd, type Phase } from '../jobs/phase.ts';
import { baseOf, belongsTo } from '../jobs/slurm-id.ts';
import { runtimeState } from '../jobs/slurm-states.ts';
import type { Watch, WatchChange } from '../store/watches.ts';
import type { Pages } from './read-jobs.ts';
import type { RowHistory } from './row-history.ts';

/** What a sweep knows while it goes over the watches of one account. */
export interface Pass {
  pages: Pages;
  history: RowHistory;
  /** True if this Waldur writes rows on request: that a row was written then proves little. */
  onRequest: boolean;
  /** True if this Waldur has reported the end of a job. */
  tellsEnds: boolean;
}

/** A followed job as it is now, according to all of its rows. */
interface Followed {
  job: Job;
  phase: Phase;
  tasks: string;
  /** All rows of the job: its own, twins, tasks of an array. */
  rows: Job[];
}

/**
 * The rows of a followed job: its own, and those of the same service settings whose Slurm id is the job's or that of
 * one of its parts. Where a row belongs is read once, when a new row with a watched id turns up.
 */
export async function rowsOf(
  { pages, history }: Pass,
  watch: Watch,
  own: Job | null,
): Promise<Job[]> {
  const base = baseOf(own?.slurmId || watch.slurmId);
  const rows = own === null ? [] : [own];
  if (base === '' || watch.serviceSettings === '') return rows;
  for (const row of pages.rows.values()) {
    if (row.uuid === watch.jobUuid || !belongsTo(row.slurmId, base)) continue;
    const place = await history.placeOf(row.uuid);
    if (place?.serviceSettings === watch.serviceSettings) rows.push(row);
  }
  return rows;
}

/** What all rows of a followed job say together; null if there are none. */
export function followed({ history, pages }: Pass, watch: Watch, rows: Job[]): Followed | null {
  const own = rows.find(({ uuid }) => uuid === watch.jobUuid);
  const [first] = rows;
  if (first === undefined) return null;
  const states = rows.map((row) => stateOfRow(history, row));
  const said = mergeRows(states, pages.misfits() === 0);
  // If the record that people know is gone, its twins still tell how the job is.
  const { uuid, slurmId, name } = { uuid: watch.jobUuid, slurmId: watch.slurmId, name: watch.name };
  const known: Job = own ?? { ...first, uuid, slurmId, name };
  const job = { ...known, slurmId: baseOf(known.slurmId) };
  if (said === null) return { job, phase: mergedPhase(job, null), tasks: '', rows };
  const { runtimeState: text, modified } = said;
  const told = { ...job, runtimeState: text, modified };
  return { job: told, phase: mergedPhase(told, said), tasks: said.tasks, rows };
}

function stateOfRow(history: RowHistory, row: Job): RowState {
  const left = history.of(row.uuid)?.left ?? null;
  return { ...row, left: left !== null && isEqual(left, row.modified) };
}

/** True if the last that is known of a row is that its job is in the queue. */
export function isLive(history: RowHistory, row: Job): boolean {
  if (row.runtimeState === '' || isEnd(runtimeState(row.runtimeState).phase)) return false;
  return !stateOfRow(history, row).left;
}

/**
 * Name and project as people know them. If somebody follows a row that Waldur's hourly task made, these come from the
 * row that has a user. A name that a person typed in the form stays.
 */
export function nameAndProject({ history }: Pass, watch: Watch, rows: Job[]): WatchChange {
  const hasUser = ({ uuid }: Job) => {
    const place = history.of(uuid)?.place;
    return place !== null && place !== undefined && place.userUuid !== null;
  };
  const own = rows.find(({ uuid }) => uuid === watch.jobUuid);
  if (watch.submissionId !== null || own === undefined || hasUser(own)) return {};
  const known = rows.find((row) => row !== own && row.slurmId === own.slurmId && hasUser(row));
  if (known === undefined) return {};
  const projectName = history.of(known.uuid)?.place?.projectName ?? watch.projectName;
  if (known.name === watch.name && projectName === watch.projectName) return {};
  return { name: known.name, projectName, cardDue: true };
}
