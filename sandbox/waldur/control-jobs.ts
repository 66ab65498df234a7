import type { JobChange, JobView } from './control-words.ts';
import { isoTime, nameOf, newUuid, uuidOfName } from './ids.ts';
import type { Site } from './site.ts';
import { blankJob, insertJob, type Job } from './world.ts';

const ENDS = ['COMPLETED', 'COMPLETED', 'FAILED', 'COMPLETED', 'TIMEOUT', 'CANCELLED by 1000'];
const OLD_NAMES = ['align', 'train', 'ocean', 'fold', 'sweep', 'render'];
const HOUR = 3_600_000_000;

export function viewJob({ world }: Site, job: Job): JobView {
  return {
    uuid: job.uuid,
    name: job.name,
    description: job.description,
    cluster: nameOf(world.clusters, job.cluster),
    project: nameOf(world.projects, job.project),
    user: world.users.find((user) => user.uuid === job.user)?.username ?? null,
    state: job.state,
    runtime_state: job.runtimeState,
    backend_id: job.backendId,
    error_message: job.errorMessage,
    report: job.report,
    created: isoTime(job.created),
    modified: isoTime(job.modified),
  };
}

/** A new row. By default it is in the first project, on the first cluster, OK, and belongs to nobody. */
export function addJob(site: Site, change: JobChange): Job {
  const [project, cluster] = [site.world.projects[0]?.uuid, site.world.clusters[0]?.uuid];
  if (!project || !cluster) throw new Error('the seed has no project or no cluster');
  const created = change.created ? microseconds(change.created) : site.clock.stamp();
  const job = blankJob(created, { name: 'job', cluster, project, state: 'OK' });
  if (change.user !== undefined && change.user !== null) {
    job.file = newUuid();
    site.world.media.set(job.file, { filename: 'job.sh', bytes: Buffer.from('#!/bin/sh\n') });
  }
  applyChange(site, job, change);
  return insertJob(site.world, job);
}

/** Sets fields; `modified` moves unless it is one of them. */
export function changeJob(site: Site, job: Job, change: JobChange): void {
  job.modified = site.clock.stamp();
  applyChange(site, job, change);
}

function applyChange({ world }: Site, job: Job, change: JobChange): void {
  job.name = change.name ?? job.name;
  job.description = change.description ?? job.description;
  job.state = change.state ?? job.state;
  job.runtimeState = change.runtime_state ?? job.runtimeState;
  job.backendId = change.backend_id ?? job.backendId;
  job.errorMessage = change.error_message ?? job.errorMessage;
  job.errorTraceback = change.error_traceback ?? job.errorTraceback;
  if (change.report !== undefined) job.report = change.report;
  if (change.cluster) job.cluster = uuidOfName(world.clusters, change.cluster);
  if (change.project) job.project = uuidOfName(world.projects, change.project);
  if (change.user !== undefined) job.user = userUuid(world.users, change.user);
  if (change.created) job.created = microseconds(change.created);
  if (change.modified) job.modified = microseconds(change.modified);
}

function userUuid(
  users: { uuid: string; username: string }[],
  username: string | null,
): string | null {
  if (username === null) return null;
  const user = users.find((each) => each.username === username);
  if (!user) throw new Error(`no such person: ${username}`);
  return user.uuid;
}

function microseconds(iso: string): number {
  const milliseconds = Date.parse(iso);
  if (Number.isNaN(milliseconds)) throw new Error(`not a time: ${iso}`);
  return milliseconds * 1000;
}

/**
 * This many jobs that ended in the last days, one every three hours, the newest last. They belong to people who may
 * submit.
 */
export function oldJobs({ world, clock }: Site, count: number): JobChange[] {
  const now = clock.stamp();
  const people = world.users.filter((user) => user.roles.length > 0);
  return Array.from({ length: count }, (_, index) => {
    const age = count - index;
    const user = people[index % people.length];
    const scope = user?.roles[0]?.scope;
    const project = world.projects.find((each) => each.uuid === scope || each.customer === scope);
    return {
      name: `${OLD_NAMES[index % OLD_NAMES.length]}-${index + 1}`,
      user: user?.username ?? null,
      project: project?.uuid,
      runtime_state: ENDS[index % ENDS.length],
      backend_id: String(40_000 + index),
      report: 'Job submitted',
      created: isoTime(now - age * 3 * HOUR),
      modified: isoTime(now - age * 3 * HOUR + HOUR),
    };
  });
}
