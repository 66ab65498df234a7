import { z } from 'zod';
import { cut } from '../jobs/cut.ts';
import type { Allocation, Job, JobDetails, ListedJob, Place } from '../jobs/job.ts';
import { type ResourceState, resourceStates } from '../jobs/job.ts';
import { withoutTokens } from '../logging/token-shape.ts';

/**
 * Waldur's rows and their translation into ours. Unknown keys are ignored. Fields on which a decision depends are
 * required; those that are only shown may be null or absent.
 */

/**
 * How many characters of a text are kept. Waldur takes 150 for a name and 2,000 for a description, so longer texts did
 * not come from a form. Addresses stay whole, since they are only compared.
 */
const NAME = 500;
const PROSE = 20_000;
const TRACEBACK = 100_000;

/** 32 hexadecimal digits, with or without dashes, in any case. */
export const uuid = z
  .string()
  .transform((text) => text.replaceAll('-', '').toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{32}$/, 'Invalid uuid'));
const text = z
  .string()
  .nullable()
  .transform((value) => cut(value ?? '', NAME));
const shown = z
  .string()
  .nullish()
  .transform((value) => cut(value ?? '', NAME));
const prose = z.string().nullable();
const date = z.iso.datetime({ offset: true }).transform((value) => new Date(value));
const amount = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);

const cheap = z.object({
  uuid,
  name: text,
  description: prose.transform((value) => cut(value ?? '', PROSE)),
  state: z.unknown().transform(resourceState),
  runtime_state: text,
  backend_id: text,
  created: date,
  modified: date,
  error_message: prose.transform((value) => withoutTokens(value ?? '', PROSE)),
});
const listed = cheap.extend({
  project_name: text,
  service_settings: z.string(),
  user_uuid: uuid.nullish().transform((value) => value ?? null),
});
const details = listed.extend({
  project: shown,
  customer_name: shown,
  service_name: shown,
  error_traceback: z
    .string()
    .nullish()
    .transform((value) => withoutTokens(value ?? '', TRACEBACK)),
  user_username: shown,
  report: z.unknown().optional().transform(reportText),
});
const allocation = z.object({
  uuid,
  name: text,
  project: z.string(),
  service_settings: z.string(),
  project_name: text,
  service_name: text,
  is_active: z.boolean(),
  cpu_usage: amount,
  gpu_usage: amount,
  ram_usage: amount,
  cpu_limit: amount,
  gpu_limit: amount,
  ram_limit: amount,
});
export const person = z.object({
  uuid,
  username: z.string().transform((value) => cut(value, NAME)),
  full_name: shown,
  email: shown,
});

/** The names to ask for with `field=`. Waldur ignores unknown ones, and does not split at commas (recorded). */
export const FIELDS = {
  cheap: Object.keys(cheap.shape),
  listed: Object.keys(listed.shape),
  allocation: Object.keys(allocation.shape),
  person: Object.keys(person.shape),
};

function toJob(row: z.infer<typeof cheap>): Job {
  return {
    uuid: row.uuid,
    name: row.name,
    description: row.description,
    state: row.state,
    runtimeState: row.runtime_state,
    slurmId: row.backend_id,
    created: row.created,
    modified: row.modified,
    errorMessage: row.error_message,
  };
}

function toListed(row: z.infer<typeof listed>): ListedJob {
  return {
    ...toJob(row),
    projectName: row.project_name,
    serviceSettings: row.service_settings,
    userUuid: row.user_uuid,
  };
}

export const jobRow = cheap.transform(toJob);
export const listedRow = listed.transform(toListed);
export const detailsRow = details.transform(
  (row): JobDetails => ({
    ...toListed(row),
    project: row.project,
    username: row.user_username,
    customerName: row.customer_name,
    serviceName: row.service_name,
    errorTraceback: row.error_traceback,
    report: row.report,
  }),
);
export const allocationRow = allocation.transform(
  (row): Allocation => ({
    uuid: row.uuid,
    name: row.name,
    project: row.project,
    serviceSettings: row.service_settings,
    projectName: row.project_name,
    serviceName: row.service_name,
    isActive: row.is_active,
    usage: { cpu: row.cpu_usage, gpu: row.gpu_usage, ram: row.ram_usage },
    limit: { cpu: row.cpu_limit, gpu: row.gpu_limit, ram: row.ram_limit },
  }),
);

/** Who a token belongs to. */
export interface WaldurUser {
  uuid: string;
  username: string;
  fullName: string;
  email: string;
}
export function toUser(row: z.infer<typeof person>): WaldurUser {
  return {
    uuid: row.uuid,
    username: row.username,
    fullName: row.full_name,
    email: row.email,
  };
}
export const personRow = person.transform(toUser);
/** Where a job's script is. */
export const fileRow = z.object({
  file: z
    .string()
    .nullish()
    .transform((value) => value || null),
});
const place = z.object({
  service_settings: z.string(),
  project: shown,
  project_name: shown,
  user_uuid: uuid.nullish().transform((value) => value ?? null),
});
export const PLACE_FIELDS = Object.keys(place.shape);
export const placeRow = place.transform(
  (row): Place => ({
    serviceSettings: row.service_settings,
    project: row.project,
    projectName: row.project_name,
    userUuid: row.user_uuid,
  }),
);

/** How many characters of a report are kept: more than anybody reads, and little compared with an answer. */
const LONGEST_REPORT = 100_000;
/** How many levels are printed. JSON.parse reads documents that are nested too deeply for our recursion. */
const DEEPEST = 50;

/** Waldur's report on a job (any JSON) as text; null if there is none. */
export function reportText(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  return cut(typeof value === 'string' ? value : indented(value), LONGEST_REPORT);
}

/** Like JSON.stringify with indents, but not deeper than that, and hardly longer than the part that is kept. */
function indented(document: unknown): string {
  let text = '';
  const write = (value: unknown, depth: number): void => {
    if (typeof value === 'string') text += JSON.stringify(cut(value, LONGEST_REPORT));
    else if (typeof value !== 'object' || value === null) text += JSON.stringify(value);
    else if (depth === DEEPEST) text += '…';
    else if (Array.isArray(value)) list('[]', value.entries(), depth);
    else list('{}', Object.entries(value).values(), depth);
  };
  const list = (brackets: string, items: Iterable<[string | number, unknown]>, depth: number) => {
    const margin = '  '.repeat(depth);
    let isEmpty = true;
    text += brackets.charAt(0);
    for (const [key, value] of items) {
      if (text.length > LONGEST_REPORT) return;
      const name = typeof key === 'string' ? `${JSON.stringify(cut(key, 1000))}: ` : '';
      text += `${isEmpty ? '' : ','}\n  ${margin}${name}`;
      isEmpty = false;
      write(value, depth + 1);
    }
    text += `${isEmpty ? '' : `\n${margin}`}${brackets.charAt(1)}`;
  };
  write(document, 0);
  return text;
}

function isState(word: string): word is ResourceState {
  return resourceStates.some((state) => state === word);
}

/** A label (`Creation Scheduled`, recorded) or a constant (`CREATION_SCHEDULED`, later Waldurs). */
export function resourceState(value: unknown): ResourceState {
  const word = typeof value === 'string' ? value.trim().toLowerCase().replaceAll('_', ' ') : '';
  return isState(word) ? word : 'unknown';
}
