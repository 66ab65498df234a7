import type { Clock } from './clock.ts';
import type { Language } from './languages.ts';
import type { Profile } from './rows.ts';
import type { Slurm } from './slurm.ts';
import type { Job, User, World } from './world.ts';

/** How asking for the result of an upload goes: Slurm has the script by then. */
export const afterUpload = ['works', '401', '403', '500', 'no answer'] as const;

/** What this Waldur does where Waldurs differ; can be changed while it runs. */
export interface Behaviour {
  /** Recorded: whether the hourly task understands the cluster's answer. */
  hourlyTask: 'works' | 'dies';
  /** Documented: 204 and gone, or 202 and gone some seconds later. */
  deletion: 'at once' | 'scheduled';
  /** How `state` is spelled: "Creation Scheduled", or CREATION_SCHEDULED as later versions do. */
  states: 'labels' | 'constants';
  afterUpload: (typeof afterUpload)[number];
  /** Of the sentences for who does not say which they want. */
  language: Language;
}

/** A running Waldur: its data, its time and its clusters. */
export interface Site {
  as: Profile;
  behaviour: Behaviour;
  clock: Clock;
  world: World;
  /** By the uuid of the service settings. */
  clusters: Map<string, Slurm>;
  /** One event for whoever watches the sandbox. */
  log: (event: string) => void;
}

/** Changes a row as Waldur saves one: `modified` moves. */
export function save(site: Site, job: Job, fields: Partial<Job>): void {
  Object.assign(job, fields, { modified: site.clock.stamp() });
}

/** True if the row is still there: someone may have deleted it meanwhile. */
export function exists(site: Site, job: Job): boolean {
  return site.world.jobs.includes(job);
}

export function submitterOf(site: Site, job: Job): User | undefined {
  return site.world.users.find((user) => user.uuid === job.user);
}
