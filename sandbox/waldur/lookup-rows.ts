import type { Call } from './call.ts';
import { isoTime } from './ids.ts';
import { selectFields } from './list-parameters.ts';
import { findByUuid, placeFields } from './rows.ts';
import type { AllocationSeed, ProjectSeed } from './seed.ts';
import type { User, World } from './world.ts';

/** Fields that a marketplace would add to an allocation. There is no marketplace here. */
const NO_MARKETPLACE = {
  marketplace_offering_uuid: null,
  marketplace_offering_name: null,
  marketplace_offering_plugin_options: null,
  marketplace_category_uuid: null,
  marketplace_category_name: null,
  marketplace_resource_uuid: null,
  marketplace_plan_uuid: null,
  marketplace_resource_state: null,
  is_usage_based: null,
  is_limit_based: null,
};

export function allocationRow(world: World, call: Call, allocation: AllocationSeed) {
  const { customer_uuid: _, ...place } = placeFields(
    world,
    call,
    allocation.cluster,
    allocation.project,
  );
  return selectFields(call, {
    url: `${call.origin}/api/slurm-allocations/${allocation.uuid}/`,
    uuid: allocation.uuid,
    name: allocation.name,
    description: '',
    ...place,
    error_message: '',
    error_traceback: '',
    resource_type: 'SLURM.Allocation',
    state: 'OK',
    created: isoTime(world.since),
    modified: isoTime(world.since),
    backend_id: allocation.name,
    access_url: null,
    cpu_limit: allocation.limit.cpu,
    cpu_usage: allocation.usage.cpu,
    gpu_limit: allocation.limit.gpu,
    gpu_usage: allocation.usage.gpu,
    ram_limit: allocation.limit.ram,
    ram_usage: allocation.usage.ram,
    username: null,
    gateway: 'login.example.org',
    is_active: allocation.active,
    ...NO_MARKETPLACE,
  });
}

export function projectRow(world: World, call: Call, project: ProjectSeed) {
  const customer = findByUuid(world.customers, project.customer);
  return selectFields(call, {
    url: `${call.origin}/api/projects/${project.uuid}/`,
    uuid: project.uuid,
    name: project.name,
    description: '',
    customer: `${call.origin}/api/customers/${customer.uuid}/`,
    customer_uuid: customer.uuid,
    customer_name: customer.name,
    created: isoTime(world.since),
  });
}

export function settingsRow(call: Call, cluster: { uuid: string; name: string }) {
  return selectFields(call, {
    url: `${call.origin}/api/service-settings/${cluster.uuid}/`,
    uuid: cluster.uuid,
    name: cluster.name,
    type: 'SLURM',
    state: 'OK',
    error_message: '',
    shared: true,
  });
}

/** A person. Everything beyond the name is for themselves and for staff; the token for themselves alone. */
export function userRow(world: World, call: Call, user: User, viewer: User) {
  const own = user.uuid === viewer.uuid;
  const [first = '', ...rest] = user.fullName.split(' ');
  return selectFields(call, {
    url: `${call.origin}/api/users/${user.uuid}/`,
    uuid: user.uuid,
    username: user.username,
    slug: `${user.username}-1`,
    full_name: user.fullName,
    native_name: '',
    job_title: '',
    email: user.email,
    phone_number: '',
    organization: '',
    civil_number: null,
    ...(viewer.staff ? { description: '', is_staff: user.staff, is_active: user.active } : {}),
    ...(own ? { token: user.token, token_lifetime: user.tokenLifetime } : {}),
    registration_method: 'default',
    date_joined: isoTime(user.joined),
    agreement_date: '2026-01-01T00:00:00Z',
    preferred_language: '',
    permissions: permissionRows(world, user),
    requested_email: null,
    affiliations: [],
    first_name: first,
    last_name: rest.join(' '),
    identity_provider_name: 'Local DB',
    identity_provider_label: 'Local DB',
    identity_provider_management_url: '',
    identity_provider_fields: [],
    image: null,
    identity_source: '',
  });
}

function permissionRows(world: World, user: User) {
  return user.roles.map(({ role, scope }) => {
    const project = world.projects.find((each) => each.uuid === scope);
    const customer = findByUuid(world.customers, project?.customer ?? scope);
    return {
      user_uuid: user.uuid,
      user_name: user.fullName,
      user_slug: `${user.username}-1`,
      created: isoTime(world.since),
      expiration_time: null,
      role_name: role,
      role_description: '',
      role_uuid: roleUuid(role),
      scope_type: project ? 'project' : 'customer',
      scope_uuid: scope,
      scope_name: project?.name ?? customer.name,
      customer_uuid: customer.uuid,
      customer_name: customer.name,
    };
  });
}

function roleUuid(role: string): string {
  return Buffer.from(role).toString('hex').padEnd(32, '0').slice(0, 32);
}
