import type { Clock } from './clock.ts';
import type { ClusterSeed } from './seed.ts';
import { checkRequest, type Request } from './slurm-checks.ts';
import { SbatchError } from './slurm-options.ts';
import { planRun, queueSeconds } from './slurm-plan.ts';
import { type Entry, idOf, isInQueue, type QueueRow, queueOf } from './slurm-queue.ts';
import { type BatchScript, readBatchScript } from './slurm-script.ts';

/** The answer of sbatch. `id` is null if Slurm refused the script. An id together with lines means a warning. */
export interface Submitted {
  id: string | null;
  stderr: string[];
  options: Record<string, string>;
}

export interface Slurm {
  sbatch(account: string, script: Buffer, filename: string): Submitted;
  /** `squeue -u account`: jobs that have not ended, pending ones first. */
  squeue(account: string): QueueRow[];
  /** `sacct -j id`: the state of a job, or of all tasks of an array. Null for an unknown id. */
  sacct(id: string): string | null;
  /** Sets the state of a job for good. For tests. */
  set(id: string, fields: { name?: string | undefined; state?: string | undefined }): boolean;
  all(): { id: string; account: string; name: string; state: string }[];
}

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
    const start = new Date(clock.wall()).toISOString().slice(0, 19);
    const line = `sbatch: Job ${nextNumber} to start at ${start} using 1 processors on nodes node1`;
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
    const running = mine.filter((job) => isInQueue(job.state)).length - waiting.length;
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
      // Only if nobody has set the job's state in the meantime.
      clock.after(step.seconds, () => job.steps === rest && nextStep(job));
    } else if (job.task !== null) startWaiting(job.number);
  }

  function sacct(id: string): string | null {
    const mine = jobs.filter((job) => idOf(job) === id || String(job.number) === id);
    const states = mine.map((job) => job.state);
    const active = states.find((state) => state !== 'PENDING' && isInQueue(state));
    const failed = states.find((state) => state !== 'COMPLETED');
    return active ?? states.find((state) => state === 'PENDING') ?? failed ?? states[0] ?? null;
  }

  return {
    sbatch,
    squeue(account) {
      const mine = jobs.filter((job) => job.account === account);
      return queueOf(mine, cluster.queueOrder);
    },
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
