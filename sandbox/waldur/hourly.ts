import { firstProject } from './rights.ts';
import { type Site, save } from './site.ts';
import type { QueueRow } from './slurm-queue.ts';
import { accountOf, blankJob, insertJob, type User } from './world.ts';

const HOUR = 3600;
/** The task reads one page of the queue, never the second (recorded). */
const QUEUE_PAGE = 25;

/** Recorded: the only thing that tells Waldur what became of a job. */
export function scheduleHourlyTask(site: Site): void {
  site.clock.after(HOUR, () => {
    runHourlyTask(site);
    scheduleHourlyTask(site);
  });
}

/** Reads the queue of each person on each cluster and writes it into that person's first project. */
export function runHourlyTask(site: Site): void {
  if (site.behaviour.hourlyTask === 'dies') {
    site.log("waldur: hourly task died: 'str' object has no attribute 'get'");
    return;
  }
  let rows = 0;
  for (const cluster of site.world.clusters.filter((each) => each.firecrest)) {
    for (const user of site.world.users.filter((each) => each.oauth)) {
      const queue = site.clusters.get(cluster.uuid)?.squeue(accountOf(user)) ?? [];
      const page = queue.some(breaksListing) ? [] : queue.slice(0, QUEUE_PAGE);
      for (const row of page) writeRow(site, cluster.uuid, user, row);
      rows += page.length;
    }
  }
  site.log(`waldur: hourly task wrote ${rows} rows`);
}

/** Recorded: one job with such a name, and FirecREST cannot list any of that person's jobs. */
function breaksListing({ name }: QueueRow): boolean {
  return name.includes('\n') || name.includes('No such file');
}

/** The key is (service settings, project, Slurm id): a job of another project gets a twin. */
function writeRow(site: Site, cluster: string, user: User, row: QueueRow): void {
  const project = firstProject(site.world, user)?.uuid;
  if (!project) return;
  const known = site.world.jobs.find(
    (job) => job.cluster === cluster && job.project === project && job.backendId === row.id,
  );
  const news = { name: row.name, runtimeState: row.state, state: 'OK' as const };
  if (known) save(site, known, news);
  else {
    const fields = { ...news, cluster, project, backendId: row.id };
    insertJob(site.world, blankJob(site.clock.stamp(), fields));
  }
}
