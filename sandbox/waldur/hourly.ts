import { firstProject } from './permissions.ts';
import { type Site, save } from './site.ts';
import type { QueueRow } from './slurm-queue.ts';
import { accountOf, blankJob, insertJob, type User } from './world.ts';

const HOUR = 3600;
/** The task reads one page of the queue, never the second (recorded). */
const QUEUE_PAGE = 25;

/** Recorded: the only thing that tells Waldur what became of a job. */
export function scheduleHourlyTask(site: Site): void {
  site.clock.after(HOUR, () => {
    startHourlyTask(site);
    scheduleHourlyTask(site);
  });
}

/**
 * Begins a run: for one person after the other it reads the queue, and writes it into that person's first project.
 * @returns the seconds until it has reached the last one
 */
export function startHourlyTask(site: Site): number {
  if (site.behaviour.hourlyTask === 'dies') {
    site.log("waldur: hourly task died: 'str' object has no attribute 'get'");
    return 0;
  }
  let seconds = 0;
  for (const { uuid, firecrest, queueReadSeconds } of site.world.clusters) {
    // People who never signed in are left out, and so are people without a role in a project, such as owners
    // (recorded).
    const users = site.world.users.filter((user) => user.oauth && firstProject(site.world, user));
    for (const user of firecrest ? users : []) {
      seconds += queueReadSeconds;
      site.clock.after(seconds, () => writeQueue(site, uuid, user));
    }
  }
  return seconds;
}

/** A failure affects only its person. The task goes on with the next one (recorded). */
function writeQueue(site: Site, cluster: string, user: User): void {
  const project = firstProject(site.world, user)?.uuid;
  if (!project || !site.world.users.includes(user)) return;
  if (!user.accessToken) {
    site.log(`waldur: hourly task: ${user.username}: Access token is not found`);
    return;
  }
  if (user.signInExpired) {
    site.log(`waldur: hourly task: ${user.username}: Message: Unauthorized, status code: 401`);
    return;
  }
  const queue = site.clusters.get(cluster)?.squeue(accountOf(user)) ?? [];
  const page = queue.some(breaksListing) ? [] : queue.slice(0, QUEUE_PAGE);
  for (const row of page) writeRow(site, { cluster, project }, row);
  site.log(`waldur: hourly task wrote ${page.length} rows of ${user.username}`);
}

/** Recorded: one job with such a name, and FirecREST cannot list any of that person's jobs. */
function breaksListing({ name }: QueueRow): boolean {
  return name.includes('\n') || name.includes('No such file');
}

/** The key is (service settings, project, Slurm id): a job of another project gets a twin. */
function writeRow(site: Site, place: { cluster: string; project: string }, row: QueueRow): void {
  const known = site.world.jobs.find(
    (job) =>
      job.cluster === place.cluster && job.project === place.project && job.backendId === row.id,
  );
  const news = { name: row.name, runtimeState: row.state, state: 'OK' as const };
  if (known) save(site, known, news);
  else {
    const fields = { ...news, ...place, backendId: row.id };
    insertJob(site.world, blankJob(site.clock.stamp(), fields));
  }
}
