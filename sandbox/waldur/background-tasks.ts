import { exists, type Site, save } from './site.ts';
import { type Job, removeJob } from './world.ts';

/** How soon the documented Waldur learns of a change on the cluster, in seconds. */
const NEWS_SECONDS = 2;
const STAGE_SECONDS = 1;

/** Documented: rows of a Slurm job follow it within seconds, by the accounting's states. */
export function followSlurm(site: Site, cluster: string, id: string): void {
  const number = id.split('_')[0] ?? id;
  site.clock.after(NEWS_SECONDS, () => {
    const rows = site.world.jobs.filter(
      (job) => job.cluster === cluster && (job.backendId === id || job.backendId === number),
    );
    for (const job of rows) readState(site, job);
  });
}

function readState(site: Site, job: Job): void {
  const state = site.clusters.get(job.cluster)?.sacct(job.backendId);
  if (state && state !== job.runtimeState) save(site, job, { runtimeState: state });
}

/** Documented: `pull` reads the job from the cluster, through "Update Scheduled" and "Updating". */
export function schedulePull(site: Site, job: Job): void {
  save(site, job, { state: 'Update Scheduled' });
  later(site, job, STAGE_SECONDS, () => {
    save(site, job, { state: 'Updating' });
    later(site, job, STAGE_SECONDS, () => {
      readState(site, job);
      save(site, job, { state: 'OK', errorMessage: '' });
    });
  });
}

/** Deletes as other resources of Waldur do after 202 "Deletion was scheduled." */
export function scheduleDeletion(site: Site, job: Job): void {
  save(site, job, { state: 'Deletion Scheduled' });
  later(site, job, STAGE_SECONDS, () => {
    save(site, job, { state: 'Deleting' });
    later(site, job, STAGE_SECONDS, () => removeJob(site.world, job.uuid));
  });
}

function later(site: Site, job: Job, seconds: number, run: () => void): void {
  site.clock.after(seconds, () => {
    if (exists(site, job)) run();
  });
}
