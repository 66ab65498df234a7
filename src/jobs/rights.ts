import type { Abilities, Operation, Refused } from './abilities.ts';

/** What Waldur says that a person may do to jobs that they can see. */
export interface Rights {
  /** Staff may do everything, and only they may unlink. */
  staff: boolean;
  /** Names of projects whose jobs they may refresh, change and delete; if several have a name, in all of them. */
  projects: string[];
}

/** Operations that need a right in the job's project. */
const inProject: readonly Operation[] = ['pull', 'partial update', 'update', 'delete'];

/**
 * What is not offered for the jobs of a project: what this Waldur refuses, and what is not proven to work for who will
 * see the offer.
 * @param to null if everybody will see it
 */
export function notOffered(
  abilities: Pick<Abilities, 'refused'>,
  to: { waldurUuid: string; rights: Rights | null } | null,
  projectName: string,
): Refused {
  const asker = to === null ? undefined : { person: to.waldurUuid, projectName };
  const { staff = false, projects = [] } = to?.rights ?? {};
  const isAllowed = staff || projects.includes(projectName);
  return new Set([
    ...abilities.refused(asker),
    ...(isAllowed ? [] : inProject),
    ...(staff ? [] : ['unlink' as const]),
  ]);
}
