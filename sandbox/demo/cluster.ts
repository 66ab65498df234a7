import { setTimeout as sleep } from 'node:timers/promises';
import { controlWaldur } from '../waldur/control.ts';

/** Simulated seconds per second while people look around, while a job waits, and while it runs. */
const SLOW = 20;
const WAITING = 2000;
const RUNNING = 20_000;

/** Waldur and its cluster, as the play needs them. */
export function createCluster(url: string) {
  const waldur = controlWaldur(url);

  async function passTime(speed: number, name: string, state: string): Promise<void> {
    await waldur.setSpeed(speed);
    await waitFor(`the cluster did not bring ${name} to ${state}`, async () => {
      const jobs = await waldur.slurm();
      return jobs.findLast((job) => job.name === name)?.state === state;
    });
    await waldur.setSpeed(SLOW);
  }

  return {
    /** Lets the time go by until a job has started. */
    starts: (name: string) => passTime(WAITING, name, 'RUNNING'),
    /** Lets the time go by until a job has ended like this. */
    ends: (name: string, state: string) => passTime(RUNNING, name, state),
    runHourlyTask: () => waldur.runHourlyTask(),
    /** Gives an old job a report. */
    async reports(name: string, report: string): Promise<void> {
      const job = (await waldur.jobs()).find((each) => each.name === name);
      if (job === undefined) throw new Error(`Waldur has no job ${name}.`);
      await waldur.setJob(job.uuid, { report });
    },
    /** Takes a submission and never answers; `meanwhile` happens before the connection is cut. */
    async losesSubmission(submit: () => Promise<void>, meanwhile: () => Promise<unknown>) {
      await waldur.fault({ match: { method: 'POST', path: '/api/slurm-jobs/' }, kind: 'hang' });
      await submit();
      await meanwhile();
      await waitFor('no submission came', async () => (await waldur.faultsFired()).length > 0);
      await waldur.clearFaults();
    },
  };
}

async function waitFor(failure: string, probe: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await probe())) {
    if (Date.now() > deadline) throw new Error(failure);
    await sleep(20);
  }
}

export type Cluster = ReturnType<typeof createCluster>;
