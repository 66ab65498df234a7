import type { Call } from './call.ts';
import { isoTime } from './ids.ts';
import { selectFields } from './list-parameters.ts';
import type { Job, World } from './world.ts';

/** Which of the two Waldurs is served. */
export type Profile = 'documented' | 'recorded';

/** An entry that must exist, because other data refers to it. */
export function findByUuid<Item extends { uuid: string }>(items: Item[], uuid: string): Item {
  const item = items.find((each) => each.uuid === uuid);
  if (!item) throw new Error(`the sandbox's data has no ${uuid}`);
  return item;
}

/** Where a resource belongs: fields that all of Waldur's resources have. */
export function placeFields(world: World, call: Call, clusterUuid: string, projectUuid: string) {
  const cluster = findByUuid(world.clusters, clusterUuid);
  const project = findByUuid(world.projects, projectUuid);
  const customer = findByUuid(world.customers, project.customer);
  return {
    service_name: cluster.name,
    service_settings: `${call.origin}/api/service-settings/${cluster.uuid}/`,
    service_settings_uuid: cluster.uuid,
    service_settings_state: 'OK',
    service_settings_error_message: '',
    project: `${call.origin}/api/projects/${project.uuid}/`,
    project_name: project.name,
    project_uuid: project.uuid,
    customer: `${call.origin}/api/customers/${customer.uuid}/`,
    customer_uuid: customer.uuid,
    customer_name: customer.name,
    customer_native_name: customer.nativeName,
    customer_abbreviation: customer.abbreviation,
  };
}

/** Documented, but not sent by the recorded Waldur. */
const ONLY_DOCUMENTED = ['customer_uuid', 'user_username'];

/** A row of `/api/slurm-jobs/` with the fields that were asked for. */
export function jobRow(
  world: World,
  profile: Profile,
  call: Call,
  job: Job,
): Record<string, unknown> {
  const user = job.user === null ? null : findByUuid(world.users, job.user);
  const row: Record<string, unknown> = {
    url: `${call.origin}/api/slurm-jobs/${job.uuid}/`,
    uuid: job.uuid,
    name: job.name,
    description: job.description,
    ...placeFields(world, call, job.cluster, job.project),
    error_message: job.errorMessage,
    error_traceback: job.errorTraceback,
    resource_type: 'SLURM.Job',
    state: job.state,
    created: isoTime(job.created),
    modified: isoTime(job.modified),
    backend_id: job.backendId,
    access_url: null,
    runtime_state: job.runtimeState,
    file: job.file && `${call.origin}/api/media/${job.file}/`,
    user: user && `${call.origin}/api/users/${user.uuid}/`,
    user_uuid: user?.uuid ?? null,
    user_username: user?.username ?? null,
    report: job.report,
  };
  if (profile === 'recorded') for (const field of ONLY_DOCUMENTED) delete row[field];
  const every = Object.keys(row);
  // Recorded: a row without a user has no `user_uuid` at all, null or otherwise.
  if (!user) {
    delete row.user_uuid;
    delete row.user_username;
  }
  return selectFields(call, row, every);
}
