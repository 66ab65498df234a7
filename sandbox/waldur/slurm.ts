import type { Clock } from './clock.ts';
import type { ClusterSeed } from './seed.ts';
import { checkRequest, type Request } from './slurm-checks.ts';
import { SbatchError } from './slurm-options.ts';
import { planRun, queueSeconds, type Step } from './slurm-plan.ts';
import { type BatchScript, readBatchScript } from './slurm-script.ts';
import { formatTasks } from './slurm-units.ts';

/** A job, or one task of an array, as the cluster knows it. */
export interface SlurmJob {
  /** Job id without the task. */
  number: number;
  /** Task of an array; null for a plain job. */
  task: number | null;
  account: string;
  name: string;
  /** Slurm's word, as accounting has it. */
  state: string;
}

/** What sbatch answered. `id` is null when Slurm refused; both may be there: then it warned. */
export interface Submitted {
  id: string | null;
  stderr: string[];
  options: Record<string, string>;
}

/** A line of `squeue`. */
export interface QueueRow {
  id: string;
  name: string;
  state: string;
}

export interface Slurm {
  sbatch(account: string, script: Buffer, filename: string): Submitted;
  /** `squeue -u account`: jobs that have not ended, pending ones first. */
  squeue(account: string): QueueRow[];
  /** `sacct -j id`: the state of a job; of an array, its tasks' together. Null for an id it never had. */
  sacct(id: string): string | null;
  /** Sets what a job is from now on: it stays so. For tests. */
  set(id: string, fields: { name?: string | undefined; state?: string | undefined }): boolean;
  all(): { id: string; account: string; name: string; state: string }[];
}

interface Entry extends SlurmJob {
  steps: Step[];
  limit: number;
}

const IN_QUEUE = new Set([
  'PENDING',
  'RUNNING',
  'SUSPENDED',
  'STOPPED',
  'COMPLETING',
  'CONFIGURING',
  'SPECIAL_EXIT',
  'REQUEUE_HOLD',
  'REQUEUED',
  'RESIZING',
  'SIGNALING',
  'STAGE_OUT',
]);

/** A small Slurm: it understands batch scripts, and moves jobs from state to state as their text says. */
export function startSlurm(
  cluster: ClusterSeed,
  clock: Clock,
  onChange: (id: string, state: string) => void,
): Slurm {
  const jobs: Entry[] = [];
  let nextNumber = cluster.firstJobId;

  function sbatch(account: string, bytes: Buffer, filename: string): Submitted {
    let options: Record<string, string> = {};
    try {
      const script = readBatchScript(bytes, filename);
      options = script.options;
      const request = checkRequest(script, filename, cluster);
      if ('test-only' in options) return testOnly(request, options);
      return { id: accept(account, script, request), stderr: request.warnings, options };
    } catch (error) {
      if (!(error instanceof SbatchError)) throw error;
      return { id: null, stderr: error.lines, options };
    }
  }

  function testOnly(request: Request, options: Record<string, string>): Submitted {
    const line = `sbatch: Job ${nextNumber} to start at ${new Date(clock.wall()).toISOString().slice(0, 19)} using 1 processors on nodes node1 in partition ${cluster.partitions[0]?.name}`;
    return { id: null, stderr: [...request.warnings, line], options };
  }

  function accept(account: string, script: BatchScript, request: Request): string {
    const number = nextNumber;
    const tasks: (number | null)[] = request.array ? request.array.tasks : [null];
    nextNumber += 1;
    const queue = queueSeconds(script.text, cluster.queueSeconds);
    const limit = request.array?.limit ?? 1;
    for (const task of tasks) {
      const steps = planRun(script.text, request, queue);
      jobs.push({ number, task, account, name: request.name, state: 'PENDING', steps, limit });
    }
    onChange(String(number), 'PENDING');
    if (!request.neverStarts) clock.after(queue, () => startWaiting(number));
    return String(number);
  }

  /** Starts as many waiting tasks of a job as may run together. */
  function startWaiting(number: number): void {
    const mine = jobs.filter((job) => job.number === number);
    const waiting = mine.filter((job) => job.state === 'PENDING');
    const running = mine.filter((job) => IN_QUEUE.has(job.state)).length - waiting.length;
    const limit = mine[0]?.limit ?? 1;
    for (const job of waiting.slice(0, Math.max(0, limit - running))) nextStep(job);
  }

  function nextStep(job: Entry): void {
    const [step, ...rest] = job.steps;
    if (!step) return;
    // A task of an array gets a job id of its own when it starts.
    if (job.task !== null && job.state === 'PENDING') nextNumber += 1;
    job.state = step.state;
    job.steps = rest;
    onChange(idOf(job), job.state);
    if (rest.length > 0) {
      // Only while nobody has set the job to something else meanwhile.
      clock.after(step.seconds, () => job.steps === rest && nextStep(job));
    } else if (job.task !== null) startWaiting(job.number);
  }

  function sacct(id: string): string | null {
    const mine = jobs.filter((job) => idOf(job) === id || String(job.number) === id);
    const states = mine.map((job) => job.state);
    const active = states.find((state) => state !== 'PENDING' && IN_QUEUE.has(state));
    const failed = states.find((state) => state !== 'COMPLETED');
    return active ?? states.find((state) => state === 'PENDING') ?? failed ?? states[0] ?? null;
  }

  return {
    sbatch,
    squeue: (account) =>
      queueOf(
        jobs.filter((job) => job.account === account),
        cluster,
      ),
    sacct,
    set(id, fields) {
      const mine = jobs.filter((job) => idOf(job) === id || String(job.number) === id);
      for (const job of mine) {
        job.steps = [];
        job.name = fields.name ?? job.name;
        job.state = fields.state ?? job.state;
        onChange(idOf(job), job.state);
      }
      return mine.length > 0;
    },
    all: () =>
      jobs.map((job) => ({
        id: idOf(job),
        account: job.account,
        name: job.name,
        state: job.state,
      })),
  };
}

function idOf(job: SlurmJob): string {
  return job.task === null ? String(job.number) : `${job.number}_${job.task}`;
}

/** Lines of `squeue`: waiting tasks of an array are one line, `319_[3-6%2]`. */
function queueOf(jobs: Entry[], cluster: ClusterSeed): QueueRow[] {
  const queued = jobs.filter((job) => IN_QUEUE.has(job.state));
  const sign = cluster.queueOrder === 'newest first' ? -1 : 1;
  const rank = (job: Entry) => (job.state === 'PENDING' ? 0 : 1);
  const sorted = queued.toSorted(
    (a, b) => rank(a) - rank(b) || sign * (a.number - b.number) || (a.task ?? 0) - (b.task ?? 0),
  );
  const rows = new Map<string, QueueRow>();
  for (const job of sorted) {
    const waits = job.task !== null && job.state === 'PENDING';
    const id = waits ? bracket(job, sorted) : idOf(job);
    rows.set(id, { id, name: job.name, state: job.state });
  }
  return [...rows.values()];
}

function bracket(job: Entry, queued: Entry[]): string {
  const tasks = queued.flatMap((other) =>
    other.number === job.number && other.state === 'PENDING' ? [other.task ?? 0] : [],
  );
  const limit = Number.isFinite(job.limit) ? `%${job.limit}` : '';
  return `${job.number}_[${formatTasks(tasks)}${limit}]`;
}
