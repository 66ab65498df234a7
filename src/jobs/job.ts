/**
 * A Slurm job as Waldur's `/api/slurm-jobs/` shows it, in our own words.
 * `src/api` turns Waldur's rows into these; nothing else knows Waldur's spellings.
 */

/** Waldur's resource state, however this version of Waldur spells it. */
export type ResourceState = (typeof resourceStates)[number];

export const resourceStates = [
  'creation scheduled',
  'creating',
  'ok',
  'erred',
  'update scheduled',
  'updating',
  'deletion scheduled',
  'deleting',
  'unknown',
] as const;

/** What a sweep reads: the fields that cost Waldur no extra query per row (docs/waldur.md). */
export interface Job {
  /** Waldur's id: 32 lower-case hexadecimal digits. */
  uuid: string;
  name: string;
  description: string;
  state: ResourceState;
  /** Slurm's state as Waldur passed it on, for instance `CANCELLED by 1000`; empty if Waldur has none. */
  runtimeState: string;
  /** Slurm's job id (`backend_id`); empty until Slurm has accepted the job. */
  slurmId: string;
  created: Date;
  /** When Waldur last touched the row: its heartbeat. */
  modified: Date;
  errorMessage: string;
}

/** A job with what a list shows: these fields cost Waldur a query per row. */
export interface ListedJob extends Job {
  projectName: string;
  /** URL of the service settings: with `slurmId` it tells which rows are twins. */
  serviceSettings: string;
  /** Who submitted it; null in rows that Waldur's hourly task made. */
  userUuid: string | null;
}

/** Where one of Waldur's rows belongs: its cluster, project and user. */
export interface Place {
  /** URLs, which are compared and never requested. */
  serviceSettings: string;
  project: string;
  projectName: string;
  /** Null in rows that Waldur's hourly task made. */
  userUuid: string | null;
}

/** Everything the API gives about one job that a person would read. */
export interface JobDetails extends ListedJob {
  /** URL of the project: replacing a job needs it. */
  project: string;
  /** Who submitted it, by their name in Waldur; empty if this Waldur does not say. */
  username: string;
  customerName: string;
  serviceName: string;
  errorTraceback: string;
  /** Any JSON that Waldur keeps as the job's report, as text; null if there is none. */
  report: string | null;
}

/** A project's share of a cluster, to which jobs can be submitted. */
export interface Allocation {
  uuid: string;
  name: string;
  /** URLs that creating a job needs. */
  project: string;
  serviceSettings: string;
  projectName: string;
  serviceName: string;
  isActive: boolean;
  /** Hours of CPU and GPU, and GB-hours of memory; a limit of 0 or below is no limit. */
  usage: { cpu: number; gpu: number; ram: number };
  limit: { cpu: number; gpu: number; ram: number };
}
