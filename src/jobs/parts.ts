import { compareDesc, max } from 'date-fns';
import type { Job } from './job.ts';
import { isEnd, type Phase, type PhaseSource, phaseOf, runtimeState } from './phase.ts';
import { countIn, formatRanges, type Range, without } from './ranges.ts';
import { parseSlurmId, type SlurmId } from './slurm-id.ts';

/** What one of Waldur's rows says about a Slurm job or a part of it. */
export interface Saying extends Pick<Job, 'slurmId' | 'runtimeState' | 'modified'> {
  /** Whether it has left the queue since: what it says is the last that was seen. */
  left: boolean;
}

/** What all rows of a Slurm job say together. */
export interface Together {
  /** Slurm's state of the job, or of the part that decides. */
  runtimeState: string;
  modified: Date;
  phase: Phase;
  /** Counts of an array's tasks by state, "2 running · 1 failed (3)"; empty for a plain job. */
  tasks: string;
}

/**
 * What the rows of one Slurm job say: for a plain job the freshest that has heard of the cluster; for an array the
 * tasks, each by the freshest row that stands for it. An array has ended when all of its tasks have.
 * Null when no row has heard of the cluster.
 * @param all whether no row of the job can be missing; counts are "at least" otherwise
 */
export function together(rows: readonly Saying[], all = true): Together | null {
  const heard = rows
    .filter(({ runtimeState: text }) => text.trim() !== '')
    .map((row) => ({ ...said(row), modified: row.modified, id: parseSlurmId(row.slurmId) }));
  const parts = heard.filter(({ id }) => id.sign !== '');
  if (parts.length > 0) return ofTasks(latestByTask(parts), all);
  const [first, ...others] = heard;
  if (first === undefined) return null;
  const best = others.reduce((one, other) => (other.modified > one.modified ? other : one), first);
  return { runtimeState: best.runtimeState, modified: best.modified, phase: best.phase, tasks: '' };
}

/** Waldur's own states (being created, erred, being deleted) come before what the cluster says. */
export function phaseIn(job: PhaseSource, said: Pick<Together, 'phase'> | null): Phase {
  const phase = phaseOf(job);
  if (said === null) return phase;
  return phase === runtimeState(job.runtimeState).phase ? said.phase : phase;
}

function said({ runtimeState: text, left }: Saying) {
  const { phase } = runtimeState(text);
  return { runtimeState: text, phase: left && !isEnd(phase) ? ('left the queue' as const) : phase };
}

/** What a row says of the tasks of which no fresher row says anything. */
interface Part {
  runtimeState: string;
  phase: Phase;
  modified: Date;
  ranges: Range[];
  /** Whether that is all that it stands for. */
  exact: boolean;
}

/** The bracket of waiting tasks shrinks as they start, so old brackets stay behind: the freshest row of a task counts. */
function latestByTask(rows: readonly (Omit<Part, 'ranges' | 'exact'> & { id: SlurmId })[]): Part[] {
  const freshest = rows.toSorted(
    (a, b) => compareDesc(a.modified, b.modified) || countIn(a.id.ranges) - countIn(b.id.ranges),
  );
  const taken: Range[] = [];
  return freshest.flatMap(({ id, ...part }) => {
    const { left, exact } = without(id.ranges, taken);
    taken.push(...left);
    return left.length === 0 && !id.open
      ? []
      : [{ ...part, ranges: left, exact: exact && !id.open }];
  });
}

/** Which phase of a task is that of the array, where there are several: what still goes on, else the worst. */
const order: readonly Phase[] = [
  'running',
  'queued',
  'unknown',
  'failed',
  'left the queue',
  'cancelled',
  'completed',
];

function ofTasks(parts: Part[], all: boolean): Together {
  const byPhase = Map.groupBy(parts, ({ phase }) => phase);
  const present = order.filter((phase) => byPhase.has(phase));
  const [first = 'unknown'] = present;
  // Between two tasks none may be running: an array that has begun is running until it has ended.
  const begun = !isEnd(first) && present.some((phase) => phase !== 'queued');
  const deciding = byPhase.get(first) ?? parts;
  const counts = present.map((phase) => count(phase, byPhase.get(phase) ?? []));
  const isExact = all && parts.every(({ exact }) => exact);
  return {
    runtimeState: deciding[0]?.runtimeState ?? '',
    modified: max(parts.map(({ modified }) => modified)),
    phase: begun ? 'running' : first,
    tasks: `${isExact ? '' : 'at least '}${counts.join(' · ')}`,
  };
}

/** "4 queued"; of those that failed, which. */
function count(phase: Phase, parts: readonly Part[]): string {
  const ranges = parts.flatMap((part) => part.ranges);
  const which = phase === 'failed' ? ` (${formatRanges(ranges)})` : '';
  return `${countIn(ranges)} ${phase}${which}`;
}
