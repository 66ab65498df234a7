import type { KnownCall } from './call.ts';
import { type Answer, json, refuse } from './http-answer.ts';
import { readUuid } from './ids.ts';
import { pageOf } from './list-parameters.ts';
import { allocationRow, projectRow, settingsRow, userRow } from './lookup-rows.ts';
import { visibleJobs, visibleProjects } from './permissions.ts';
import type { Site } from './site.ts';

function find<Item extends { uuid: string }>(items: Item[], id: string, kind: string): Item {
  const uuid = readUuid(id);
  const item = items.find((each) => each.uuid === uuid);
  return item ?? refuse(404, `No ${kind} matches the given query.`);
}

export function me(site: Site, call: KnownCall): Answer {
  const { user } = call.caller;
  return json(200, userRow(site.world, call, user, user));
}

/** A few of Waldur's public settings, which need no token. */
export function configuration(): Answer {
  return json(200, {
    WALDUR_CORE: {
      HOMEPORT_URL: 'https://portal.waldur.example/',
      SITE_NAME: 'Waldur',
      TRANSLATION_DOMAIN: '',
    },
    WALDUR_SLURM: { ENABLED: true },
  });
}

/** Anybody may ask for anybody; `email` must match exactly. */
export function listUsers(site: Site, call: KnownCall): Answer {
  const email = call.query.get('email');
  const users = site.world.users.filter((user) => email === null || user.email === email);
  return pageOf(call, users, (user) => userRow(site.world, call, user, call.caller.user));
}

export function retrieveUser(site: Site, call: KnownCall, id: string): Answer {
  return json(200, userRow(site.world, call, find(site.world.users, id, 'User'), call.caller.user));
}

function allocations(site: Site, call: KnownCall) {
  const projects = new Set(visibleProjects(site.world, call.caller.user).map((each) => each.uuid));
  return site.world.allocations.filter((each) => projects.has(each.project));
}

/** `name` is searched in the allocation's name, whatever the case. */
export function listAllocations(site: Site, call: KnownCall): Answer {
  const words = call.query.get('name')?.toLowerCase() ?? '';
  const found = allocations(site, call).filter((each) => each.name.toLowerCase().includes(words));
  return pageOf(call, found, (each) => allocationRow(site.world, call, each));
}

export function retrieveAllocation(site: Site, call: KnownCall, id: string): Answer {
  const allocation = find(allocations(site, call), id, 'Allocation');
  return json(200, allocationRow(site.world, call, allocation));
}

export function listProjects(site: Site, call: KnownCall): Answer {
  const projects = visibleProjects(site.world, call.caller.user);
  return pageOf(call, projects, (project) => projectRow(site.world, call, project));
}

export function retrieveProject(site: Site, call: KnownCall, id: string): Answer {
  const project = find(visibleProjects(site.world, call.caller.user), id, 'Project');
  return json(200, projectRow(site.world, call, project));
}

/** All clusters are shared: everybody sees them. */
export function listSettings(site: Site, call: KnownCall): Answer {
  const type = call.query.get('type');
  const found = type === null || type === 'SLURM' ? site.world.clusters : [];
  return pageOf(call, found, (cluster) => settingsRow(call, cluster));
}

export function retrieveSettings(site: Site, call: KnownCall, id: string): Answer {
  return json(200, settingsRow(call, find(site.world.clusters, id, 'ServiceSettings')));
}

/** Documented: people who may see a job get its script. For others it does not exist. */
export function guardedMedia(site: Site, call: KnownCall, key: string): Answer {
  const jobs = visibleJobs(site.world, call.caller.user);
  return jobs.some(({ file }) => file === key) ? media(site, key) : refuse(404, 'Not found.');
}

/** Recorded: anyone who knows a script's address gets it, without a token. */
export function media(site: Site, key: string): Answer {
  const file = site.world.media.get(key);
  if (!file) return refuse(404, 'Not found.');
  const type = /\.(sh|bash)$/.test(file.filename)
    ? 'text/x-shellscript'
    : 'application/octet-stream';
  const answer = json(
    200,
    {},
    { 'Content-Disposition': `attachment; filename="${file.filename}"` },
  );
  return {
    ...answer,
    headers: { ...answer.headers, 'Content-Type': type },
    body: file.bytes,
  };
}
