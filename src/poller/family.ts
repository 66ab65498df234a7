import { isEqual } from 'date-fns';
import type { Job } from '../jobs/job.ts';
import { phaseIn, type Saying, together } from '../jobs/parts.ts';
import { isEnd, type Phase, runtimeState } from '../jobs/phase.ts';
import { baseOf, belongsTo } from '../jobs/slurm-id.ts';
import type { Watch } from '../store/watches.ts';
import type { Memory } from './memory.ts';
import type { Pages } from './read-jobs.ts';

/** What one pass over the watches of an account works with. */
export interface Pass {
  pages: Pages;
  memory: Memory;
  /** Whether this Waldur was seen to write rows when it is asked to: then that one was written proves little. */
  onRequest: boolean;
  /** Whether this Waldur was seen to know of ends. */
  tellsEnds: boolean;
}

/** A followed job as it is now, all of its rows taken together. */
export interface Followed {
  job: Job;
  phase: Phase;
  tasks: string;
  /** All rows of the job: its own, twins, tasks of an array. */
  rows: Job[];
}

/**
 * The rows of a followed job: its own and those with the same service settings and Slurm id, or a part of it. What
 * they belong to is read once, when a new row turns up with a watched id.
 */
export async function rowsOf(
  { pages, memory }: Pass,
  watch: Watch,
  own: Job | null,
): Promise<Job[]> {
  const base = baseOf(own?.slurmId || watch.slurmId);
  const rows = own === null ? [] : [own];
  if (base === '' || watch.serviceSettings === '') return rows;
  for (const row of pages.rows.values()) {
    if (row.uuid === watch.jobUuid || !belongsTo(row.slurmId, base)) continue;
    const place = await memory.placeOf(row.uuid);
    if (place?.serviceSettings === watch.serviceSettings) rows.push(row);
  }
  return rows;
}

/** What the rows of a followed job say together; null when there are none. */
export function followed({ memory }: Pass, watch: Watch, rows: Job[]): Followed | null {
  const own = rows.find(({ uuid }) => uuid === watch.jobUuid);
  const [first] = rows;
  if (first === undefined) return null;
  const said = together(rows.map((row) => sayingOf(memory, row)));
  // A twin goes on telling when the record that people know is gone.
  const { uuid, slurmId, name } = { uuid: watch.jobUuid, slurmId: watch.slurmId, name: watch.name };
  const known: Job = own ?? { ...first, uuid, slurmId, name };
  const job = { ...known, slurmId: baseOf(known.slurmId) };
  if (said === null) return { job, phase: phaseIn(job, null), tasks: '', rows };
  const { runtimeState: text, modified } = said;
  const told = { ...job, runtimeState: text, modified };
  return { job: told, phase: phaseIn(told, said), tasks: said.tasks, rows };
}

function sayingOf(memory: Memory, row: Job): Saying {
  const left = memory.of(row.uuid)?.left ?? null;
  return { ...row, left: left !== null && isEqual(left, row.modified) };
}

/** Whether a row says that its job is in the queue, as far as is known. */
export function isLive(memory: Memory, row: Job): boolean {
  if (row.runtimeState === '' || isEnd(runtimeState(row.runtimeState).phase)) return false;
  return !sayingOf(memory, row).left;
}
