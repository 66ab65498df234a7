import type { Clock } from './clock.ts';
import type { Language } from './languages.ts';
import type { Profile } from './rows.ts';
import type { Slurm } from './slurm.ts';
import type { Job, User, World } from './world.ts';

/** The result of asking for an upload's outcome. Slurm has the script by then. */
export const afterUpload = ['works', '401', '403', '500', 'no answer'] as const;

/** The behaviour in which Waldurs differ. It can be changed while this one runs. */
export interface Behaviour {
  /** Recorded: the hourly task may or may not understand the cluster's answer. */
  hourlyTask: 'works' | 'dies';
  /** Documented: 204 and gone, or 202 and gone some seconds later. */
  deletion: 'at once' | 'scheduled';
  /** How `state` is spelled: "Creation Scheduled", or CREATION_SCHEDULED as later versions do. */
  states: 'labels' | 'constants';
  afterUpload: (typeof afterUpload)[number];
  /** The language of sentences for callers who do not ask for one. */
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
