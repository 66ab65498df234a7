import { z } from 'zod';
import type { Rights } from '../jobs/rights.ts';
import { isWaldurFailure } from './errors.ts';
import type { Send } from './http.ts';
import { fields, readPage } from './read-page.ts';
import { FIELDS, person, toUser, uuid, type WaldurUser } from './records.ts';
import { scanRows } from './scan.ts';

/** Who a token belongs to, and what they may do to jobs. */
export interface Me extends WaldurUser {
  rights: Rights;
}

/** A role that a person has in a project, or in an organisation (a customer). */
const role = z.object({
  role_name: z.string(),
  scope_type: z.string(),
  scope_uuid: uuid,
  scope_name: z.string(),
  customer_uuid: uuid.nullish(),
});
type Role = z.infer<typeof role>;

/** Roles of other kinds have other shapes. */
function rolesIn(rows: readonly unknown[]): Role[] {
  return rows.flatMap((row) => role.safeParse(row).data ?? []);
}

const meRow = person.extend({
  /** Sent only to staff (recorded). */
  is_staff: z.boolean().default(false).catch(false),
  permissions: z.array(z.unknown()).default([]).catch([]).transform(rolesIn),
});
const ME_FIELDS = [...FIELDS.person, 'is_staff', 'permissions'];

const project = z.object({ uuid, name: z.string(), customer_uuid: uuid });
type Project = z.infer<typeof project>;

/** Roles whose people may pull, change and delete jobs, in a project or in all of an organisation (docs/waldur.md). */
const RUN_PROJECT = ['PROJECT.ADMIN', 'PROJECT.MANAGER'];
const OWNER = 'CUSTOMER.OWNER';

/** The person whom Waldur answers. Nothing else in its answers says so. */
export async function readMe(send: Send): Promise<Me> {
  const query = fields(ME_FIELDS);
  const me = (await send({ method: 'GET', target: '/api/users/me/', query })).read(meRow);
  const projects = me.is_staff
    ? []
    : namesAllowed(await projectsOf(send, me.permissions), me.permissions);
  return { ...toUser(me), rights: { staff: me.is_staff, projects } };
}

/** The projects whose jobs a person sees. Those of organisations have to be asked for. */
async function projectsOf(send: Send, roles: readonly Role[]): Promise<Project[]> {
  if (roles.some(({ scope_type }) => scope_type !== 'project')) return visibleProjects(send);
  return roles.map(({ scope_uuid, scope_name, customer_uuid }) => ({
    uuid: scope_uuid,
    name: scope_name,
    customer_uuid: customer_uuid ?? '',
  }));
}

/** Empty if Waldur does not list all of them: there could be another project of the same name. */
async function visibleProjects(send: Send): Promise<Project[]> {
  const about = { target: '/api/projects/', names: Object.keys(project.shape), row: project };
  const read = (page: number, pageSize: number) => readPage(send, { ...about, page, pageSize });
  const all: Project[] = [];
  try {
    for await (const { rows, end, misfits } of scanRows(read)) {
      all.push(...rows);
      if (misfits.length > 0) return [];
      if (end) return all;
    }
  } catch (error) {
    if (!isWaldurFailure(error)) throw error;
  }
  return [];
}

/** Jobs name their project, and the names may not be unique. */
function namesAllowed(projects: readonly Project[], roles: readonly Role[]): string[] {
  const isAllowed = (each: Project) =>
    roles.some(({ role_name, scope_uuid }) =>
      role_name === OWNER
        ? scope_uuid === each.customer_uuid
        : RUN_PROJECT.includes(role_name) && scope_uuid === each.uuid,
    );
  const byName = Map.groupBy(projects, ({ name }) => name);
  return [...byName].flatMap(([name, same]) => (same.every(isAllowed) ? [name] : []));
}
