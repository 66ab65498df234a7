import type { Call, KnownCall } from './call.ts';
import type { HandOver } from './hand-over.ts';
import type { Answer } from './http-answer.ts';
import * as jobs from './job-endpoints.ts';
import * as lookups from './lookup-endpoints.ts';
import type { Site } from './site.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One path of the API. */
export interface Route {
  /** Its groups are the parameters. */
  path: RegExp;
  /** The `Allow` header, which Waldur sends with every answer of the API. */
  allow: string;
  methods: Partial<Record<Method, (call: KnownCall, id: string) => Answer>>;
  /** Needs no token. */
  open?: (call: Call, id: string) => Answer;
}

const LIST = 'GET, POST, HEAD, OPTIONS';
const ONE = 'GET, PUT, PATCH, DELETE, HEAD, OPTIONS';
const ACTION = 'POST, OPTIONS';
const READ = 'GET, HEAD, OPTIONS';

/** All paths of this Waldur. Anything else gets Django's "Not Found" page. */
export function makeRoutes(site: Site, handOver: HandOver): Route[] {
  return [
    {
      path: /^\/api\/slurm-jobs\/$/,
      allow: LIST,
      methods: {
        GET: (call) => jobs.listJobs(site, call),
        POST: (call) => jobs.createJob(site, handOver, call),
      },
    },
    {
      path: /^\/api\/slurm-jobs\/([^/.]+)\/$/,
      allow: ONE,
      methods: {
        GET: (call, id) => jobs.retrieveJob(site, call, id),
        PUT: (call, id) => jobs.updateJob(site, call, id),
        PATCH: (call, id) => jobs.updateJob(site, call, id),
        DELETE: (call, id) => jobs.deleteJob(site, call, id),
      },
    },
    {
      path: /^\/api\/slurm-jobs\/([^/.]+)\/pull\/$/,
      allow: ACTION,
      methods: { POST: (call, id) => jobs.pullJob(site, call, id) },
    },
    {
      path: /^\/api\/slurm-jobs\/([^/.]+)\/unlink\/$/,
      allow: ACTION,
      methods: { POST: (call, id) => jobs.unlinkJob(site, call, id) },
    },
    {
      path: /^\/api\/users\/me\/$/,
      allow: READ,
      methods: { GET: (call) => lookups.me(site, call) },
    },
    { path: /^\/api\/configuration\/$/, allow: READ, methods: {}, open: lookups.configuration },
    ...lookupRoutes(site),
    {
      path: /^\/api\/media\/([^/]+)\/$/,
      allow: READ,
      ...(site.as === 'recorded'
        ? { methods: {}, open: (_: Call, id: string) => lookups.media(site, id) }
        : {
            methods: { GET: (call: KnownCall, id: string) => lookups.guardedMedia(site, call, id) },
          }),
    },
  ];
}

function lookupRoutes(site: Site): Route[] {
  const readable = (
    name: string,
    list: (site: Site, call: KnownCall) => Answer,
    retrieve: (site: Site, call: KnownCall, id: string) => Answer,
  ): Route[] => [
    {
      path: new RegExp(`^/api/${name}/$`),
      allow: LIST,
      methods: { GET: (call) => list(site, call) },
    },
    {
      path: new RegExp(`^/api/${name}/([^/.]+)/$`),
      allow: ONE,
      methods: { GET: (call, id) => retrieve(site, call, id) },
    },
  ];
  return [
    ...readable('users', lookups.listUsers, lookups.retrieveUser),
    ...readable('slurm-allocations', lookups.listAllocations, lookups.retrieveAllocation),
    ...readable('projects', lookups.listProjects, lookups.retrieveProject),
    ...readable('service-settings', lookups.listSettings, lookups.retrieveSettings),
  ];
}
