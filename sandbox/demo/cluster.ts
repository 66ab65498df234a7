import { setTimeout as sleep } from 'node:timers/promises';
import { controlWaldur } from '../waldur/control.ts';

/** Simulated seconds per second while people look around, and while the play lets time go by. */
const SLOW = 20;
const FAST = 20_000;

/** Waldur and its cluster, as the play needs them. */
export function createCluster(url: string) {
  const waldur = controlWaldur(url);

  async function until(name: string, state: string): Promise<void> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const jobs = await waldur.slurm();
      if (jobs.findLast((job) => job.name === name)?.state === state) return;
      if (Date.now() > deadline) throw new Error(`The cluster did not bring ${name} to ${state}.`);
      await sleep(20);
    }
  }

  return {
    /** Lets time run fast until a job is in this state. */
    async brings(name: string, state: string): Promise<void> {
      await waldur.setSpeed(FAST);
      await until(name, state);
      await waldur.setSpeed(SLOW);
    },
    runHourlyTask: () => waldur.runHourlyTask(),
    /** Gives an old job a report. */
    async reports(name: string, report: string): Promise<void> {
      const job = (await waldur.jobs()).find((each) => each.name === name);
      if (job === undefined) throw new Error(`Waldur has no job ${name}.`);
      await waldur.setJob(job.uuid, { report });
    },
    /** Takes the next submission in, and lets `meanwhile` happen before the connection is cut without an answer. */
    async losesSubmission(submit: () => Promise<void>, meanwhile: () => Promise<void>) {
      await waldur.fault({ match: { method: 'POST', path: '/api/slurm-jobs/' }, kind: 'hang' });
      await submit();
      await meanwhile();
      await waldur.clearFaults();
    },
  };
}

export type Cluster = ReturnType<typeof createCluster>;
