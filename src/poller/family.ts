import type { Job } from '../jobs/job.ts';
import { type Saying, type Together, together } from '../jobs/parts.ts';
import { isEnd, type Phase, phaseOf, runtimeState } from '../jobs/phase.ts';
import { belongsTo } from '../jobs/slurm-id.ts';
import type { Watch } from '../store/watches.ts';
import type { Memory } from './memory.ts';
import type { Pages } from './pages.ts';

/** What one pass over the watches of an account works with. */
export interface Pass {
  pages: Pages;
  memory: Memory;
  /** Whether this Waldur was seen to refresh jobs on request: then silence about one proves nothing. */
  pulls: boolean;
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
  const base = own?.slurmId || watch.slurmId;
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
  if (said === null) return { job: known, phase: phaseOf(known), tasks: '', rows };
  const job = { ...known, runtimeState: said.runtimeState, modified: said.modified };
  return { job, phase: phaseIn(job, said), tasks: said.tasks, rows };
}

/** Waldur's own states (being created, erred, being deleted) come before what the cluster says. */
function phaseIn(job: Job, said: Together): Phase {
  const phase = phaseOf(job);
  return phase === runtimeState(job.runtimeState).phase ? said.phase : phase;
}

function sayingOf(memory: Memory, row: Job): Saying {
  return { ...row, left: memory.of(row.uuid)?.left?.getTime() === row.modified.getTime() };
}

/** Whether a row says that its job is in the queue, as far as is known. */
export function isLive(memory: Memory, row: Job): boolean {
  if (row.runtimeState === '' || isEnd(runtimeState(row.runtimeState).phase)) return false;
  return !sayingOf(memory, row).left;
}
