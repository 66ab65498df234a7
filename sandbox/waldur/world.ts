import type { Clock } from './clock.ts';
import { newUuid } from './ids.ts';
import type {
  AllocationSeed,
  ClusterSeed,
  CustomerSeed,
  FullSeed,
  ProjectSeed,
  UserSeed,
} from './seed.ts';

/** Waldur's resource states, as the recorded version labels them. */
export type State =
  | 'Creation Scheduled'
  | 'Creating'
  | 'OK'
  | 'Erred'
  | 'Update Scheduled'
  | 'Updating'
  | 'Deletion Scheduled'
  | 'Deleting';

/** A row of `/api/slurm-jobs/`. */
export interface Job {
  uuid: string;
  name: string;
  description: string;
  /** Uuids of the service settings, of the project and of the person who submitted it. */
  cluster: string;
  project: string;
  user: string | null;
  state: State;
  runtimeState: string;
  backendId: string;
  errorMessage: string;
  errorTraceback: string;
  report: unknown;
  /** Key of `media`. */
  file: string | null;
  /** Microseconds since 1970. */
  created: number;
  modified: number;
}

interface Media {
  filename: string;
  bytes: Buffer;
}

/** A person with what Waldur keeps about their session. */
export interface User extends UserSeed {
  joined: number;
  tokenUsed: number;
  tokenExpired: boolean;
}

/** Everything that Waldur's database holds. */
export interface World {
  customers: CustomerSeed[];
  projects: ProjectSeed[];
  clusters: ClusterSeed[];
  allocations: AllocationSeed[];
  users: User[];
  /** Oldest first. */
  jobs: Job[];
  media: Map<string, Media>;
  since: number;
}

export function makeWorld(seed: FullSeed, clock: Clock): World {
  const since = clock.stamp();
  const users = seed.users.map((user) => ({
    ...user,
    roles: [...user.roles],
    joined: since,
    tokenUsed: clock.wall(),
    tokenExpired: false,
  }));
  return { ...seed, users, jobs: [], media: new Map(), since };
}

/** Puts a new row in its place: rows are kept in the order in which they were created. */
export function insertJob(world: World, job: Job): Job {
  const place = world.jobs.findLastIndex((other) => other.created <= job.created);
  world.jobs.splice(place + 1, 0, job);
  return job;
}

/** A new row that has only its place. */
export function blankJob(
  stamp: number,
  fields: Pick<Job, 'name' | 'cluster' | 'project'> & Partial<Job>,
): Job {
  return {
    uuid: newUuid(),
    description: '',
    user: null,
    state: 'Creation Scheduled',
    runtimeState: '',
    backendId: '',
    errorMessage: '',
    errorTraceback: '',
    report: null,
    file: null,
    created: stamp,
    modified: stamp,
    ...fields,
  };
}

export function removeJob(world: World, uuid: string): boolean {
  const index = world.jobs.findIndex((job) => job.uuid === uuid);
  if (index >= 0) world.jobs.splice(index, 1);
  return index >= 0;
}

/** Name of a person on the clusters. */
export function accountOf(user: UserSeed): string {
  return user.account ?? user.username;
}
