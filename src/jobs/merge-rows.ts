import { compareDesc, max } from '../dates.ts';
import type { Job } from './job.ts';
import { isEnd, type Phase, type PhaseSource, phaseOf } from './phase.ts';
import { countIn, formatRanges, type Range, without } from './ranges.ts';
import { parseSlurmId, type SlurmId } from './slurm-id.ts';
import { runtimeState } from './slurm-states.ts';

/** The state that one of Waldur's rows gives for a Slurm job or a part of it. */
export interface RowState extends Pick<Job, 'slurmId' | 'runtimeState' | 'modified'> {
  /** True if the job has left the queue since: the row then holds the last state that was seen. */
  left: boolean;
}

/** The state of a Slurm job according to all of its rows. */
interface MergedState {
  /** Slurm's state of the job, or of the part that decides. */
  runtimeState: string;
  modified: Date;
  phase: Phase;
  /** Counts of an array's tasks by state, "2 running · 1 failed (3)"; empty for a plain job. */
  tasks: string;
}

/**
 * Merges the rows of one Slurm job. A plain job's state is that of the newest row with news from the cluster. In an
 * array each task's state is that of the newest row about it; the array has ended when all of its tasks have.
 * @param all true if no row of the job can be missing; otherwise counts are "at least"
 * @returns null if no row has news from the cluster
 */
export function mergeRows(rows: readonly RowState[], all = true): MergedState | null {
  const heard = rows
    .filter(({ runtimeState: text }) => text.trim() !== '')
    .map((row) => ({ ...said(row), modified: row.modified, id: parseSlurmId(row.slurmId) }));
  const parts = heard.filter(({ id }) => id.sign !== '');
  if (parts.length > 0) {
    const whole = heard.find(
      ({ id, phase, modified }) =>
        id.sign === '' && !isEnd(phase) && parts.every((part) => part.modified < modified),
    );
    return withWhole(ofTasks(latestByTask(parts), all && whole === undefined), whole);
  }
  const [first, ...others] = heard;
  if (first === undefined) return null;
  const best = others.reduce((one, other) => (other.modified > one.modified ? other : one), first);
  return { runtimeState: best.runtimeState, modified: best.modified, phase: best.phase, tasks: '' };
}

/** While the row of the job as a whole says later that it goes on, it has not ended, whatever its tasks say. */
function withWhole(
  tasks: MergedState,
  whole: Pick<MergedState, 'runtimeState' | 'modified' | 'phase'> | undefined,
): MergedState {
  if (whole === undefined || !isEnd(tasks.phase)) return tasks;
  const { runtimeState, modified, phase } = whole;
  return { runtimeState, modified, phase, tasks: tasks.tasks };
}

/** The phase of a job: Waldur's own states (being created, erred, being deleted) take precedence over the cluster's. */
export function mergedPhase(job: PhaseSource, said: Pick<MergedState, 'phase'> | null): Phase {
  const phase = phaseOf(job);
  if (said === null) return phase;
  return phase === runtimeState(job.runtimeState).phase ? said.phase : phase;
}

function said({ runtimeState: text, left }: RowState) {
  const { phase } = runtimeState(text);
  return { runtimeState: text, phase: left && !isEnd(phase) ? ('left the queue' as const) : phase };
}

/** The tasks for which a row has the newest state, and that state. */
interface Part {
  runtimeState: string;
  phase: Phase;
  modified: Date;
  ranges: Range[];
  /** True if these ranges are all that the row stands for. */
  exact: boolean;
  /** True if its list could not be read at all: it stands for one task at least. */
  unread: boolean;
}

/**
 * Assigns each task to its newest row. Old rows stay behind, since the bracket of waiting tasks shrinks as they start.
 */
function latestByTask(
  rows: readonly (Omit<Part, 'ranges' | 'exact' | 'unread'> & { id: SlurmId })[],
): Part[] {
  const freshest = rows.toSorted(
    (a, b) => compareDesc(a.modified, b.modified) || countIn(a.id.ranges) - countIn(b.id.ranges),
  );
  const taken: Range[] = [];
  return freshest.flatMap(({ id, ...part }) => {
    const { left, exact } = without(id.ranges, taken);
    taken.push(...left);
    return left.length === 0 && !id.open
      ? []
      : [{ ...part, ranges: left, exact: exact && !id.open, unread: id.ranges.length === 0 }];
  });
}

/** Which task's phase becomes the array's: one that still goes on, otherwise the worst. */
const order: readonly Phase[] = [
  'running',
  'queued',
  'unknown',
  'failed',
  'left the queue',
  'cancelled',
  'completed',
];

function ofTasks(parts: Part[], all: boolean): MergedState {
  const byPhase = Map.groupBy(parts, ({ phase }) => phase);
  const present = order.filter((phase) => byPhase.has(phase));
  const [first = 'unknown'] = present;
  // Between two tasks none may be running, but an array that has begun counts as running until it has ended.
  const begun = !isEnd(first) && present.some((phase) => phase !== 'queued');
  const deciding = byPhase.get(first) ?? parts;
  const counts = present.flatMap((phase) => count(phase, byPhase.get(phase) ?? []) ?? []);
  const isExact = all && parts.every(({ exact }) => exact);
  return {
    runtimeState: deciding[0]?.runtimeState ?? '',
    modified: max(parts.map(({ modified }) => modified)),
    phase: begun ? 'running' : first,
    tasks: `${isExact ? '' : 'at least '}${counts.join(' · ')}`,
  };
}

/** "4 queued"; for failed tasks also their numbers. Null if none of them is known. */
function count(phase: Phase, parts: readonly Part[]): string | null {
  const ranges = parts.flatMap((part) => part.ranges);
  const number = countIn(ranges) + parts.filter(({ unread }) => unread).length;
  const which = phase === 'failed' && ranges.length > 0 ? ` (${formatRanges(ranges)})` : '';
  return number === 0 ? null : `${number} ${phase}${which}`;
}
