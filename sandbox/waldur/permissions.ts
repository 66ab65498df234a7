import type { ProjectSeed } from './seed.ts';
import type { Job, User, World } from './world.ts';

/** Projects that a person sees: all in which they have any role, those of an organisation they own, all for staff. */
export function visibleProjects(world: World, user: User): ProjectSeed[] {
  if (user.staff) return world.projects;
  const scopes = user.roles.map((role) => role.scope);
  return world.projects.filter(
    (project) => scopes.includes(project.uuid) || scopes.includes(project.customer),
  );
}

export function visibleJobs(world: World, user: User): Job[] {
  if (user.staff) return world.jobs;
  const projects = new Set(visibleProjects(world, user).map((project) => project.uuid));
  return world.jobs.filter((job) => projects.has(job.project));
}

/** True if a person may change jobs of a project: its administrator or manager, the organisation's owner, staff. */
export function isAdministrator(world: World, user: User, projectUuid: string): boolean {
  if (user.staff) return true;
  const customer = world.projects.find((project) => project.uuid === projectUuid)?.customer;
  return user.roles.some(({ role, scope }) => {
    if (role === 'CUSTOMER.OWNER') return scope === customer;
    return scope === projectUuid && (role === 'PROJECT.ADMIN' || role === 'PROJECT.MANAGER');
  });
}

/**
 * The project that the hourly task writes a person's jobs into: the first in which they have a role. An organisation's
 * owner without such a role has none (recorded).
 */
export function firstProject(world: World, user: User): ProjectSeed | undefined {
  return user.roles
    .map(({ scope }) => world.projects.find(({ uuid }) => uuid === scope))
    .find((project) => project !== undefined);
}
