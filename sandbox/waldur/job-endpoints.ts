import { scheduleDeletion, schedulePull } from './background-tasks.ts';
import { formData, type UploadedFile } from './body.ts';
import type { KnownCall } from './call.ts';
import type { HandOver } from './hand-over.ts';
import { type Answer, json, Refusal, refuse, serverError } from './http-answer.ts';
import { newUuid, readUuid } from './ids.ts';
import { pageOf } from './list-parameters.ts';
import { isAdministrator, visibleJobs } from './permissions.ts';
import { jobRow } from './rows.ts';
import { type Site, save } from './site.ts';
import { type JobFields, validateJob } from './validate.ts';
import { blankJob, insertJob, type Job, removeJob, type State } from './world.ts';

const CREATE = {
  fields: ['name', 'description', 'service_settings', 'project', 'file', 'runtime_state'],
  required: ['name', 'service_settings', 'project', 'file'],
};
/** Recorded: Waldur reads only these fields of an update. */
const WRITABLE = ['name', 'description', 'runtime_state'];

const ENDED_OR_NOT: State[] = ['OK', 'Erred'];

/** GET: newest first. Recorded: no filter works, so none is read. */
export function listJobs(site: Site, call: KnownCall): Answer {
  const jobs = visibleJobs(site.world, call.caller.user).toReversed();
  return pageOf(call, jobs, (job) => row(site, call, job));
}

/** POST: 201 comes before the cluster has heard of the job. */
export function createJob(site: Site, handOver: HandOver, call: KnownCall): Answer {
  const { user } = call.caller;
  const fields = validateJob(site.world, user, formData(call.body), {
    ...CREATE,
    as: site.as,
  });
  const { name, cluster, project, file } = complete(fields);
  const job = blankJob(site.clock.stamp(), {
    name,
    description: fields.description ?? '',
    cluster,
    project,
    user: user.uuid,
    runtimeState: fields.runtimeState ?? '',
    file: keepFile(site, file),
  });
  insertJob(site.world, job);
  handOver.enqueue(job);
  const body = row(site, { ...call, query: new URLSearchParams() }, job);
  return json(201, body, { Location: `${call.origin}/api/slurm-jobs/${job.uuid}/` });
}

function complete(fields: JobFields) {
  const { name, cluster, project, file } = fields;
  if (name === undefined || !cluster || !project || !file)
    throw new Error('a required field is missing');
  return { name, cluster, project, file };
}

function keepFile(site: Site, file: UploadedFile): string {
  const key = newUuid();
  site.world.media.set(key, { filename: file.filename, bytes: file.bytes });
  return key;
}

export function retrieveJob(site: Site, call: KnownCall, id: string): Answer {
  return json(200, row(site, call, findJob(site, call, id)));
}

/** PUT and PATCH. Recorded: 500 even if everything is right, and nothing is changed. */
export function updateJob(site: Site, call: KnownCall, id: string): Answer {
  const job = findToChange(site, call, id, ['OK']);
  const full = call.method === 'PUT';
  const rules = site.as === 'recorded' ? recordedRules(full) : documentedRules(full);
  const fields = validateJob(site.world, call.caller.user, formData(call.body), {
    ...rules,
    as: site.as,
  });
  if (site.as === 'recorded') return serverError();
  const { file, ...rest } = fields;
  save(site, job, { ...rest, ...(file ? { file: keepFile(site, file) } : {}) });
  return json(200, row(site, call, job));
}

function recordedRules(full: boolean) {
  return { fields: WRITABLE, required: full ? ['name'] : [] };
}

function documentedRules(full: boolean) {
  return full ? CREATE : { fields: WRITABLE, required: [] };
}

/** DELETE. Recorded: 500, and nothing is changed. */
export function deleteJob(site: Site, call: KnownCall, id: string): Answer {
  const job = findToChange(site, call, id, ENDED_OR_NOT);
  if (site.as === 'recorded') return serverError();
  if (site.behaviour.deletion === 'scheduled') {
    scheduleDeletion(site, job);
    return json(202, { detail: 'Deletion was scheduled.' });
  }
  removeJob(site.world, job.uuid);
  return json(204);
}

/** POST pull. The page promises 202 without a body, or 409 if it is not implemented. */
export function pullJob(site: Site, call: KnownCall, id: string): Answer {
  const job = findToChange(site, call, id, ENDED_OR_NOT);
  if (!job.backendId) throw new Refusal(400, ['Resource does not have backend ID.']);
  if (site.as === 'recorded') refuse(409, 'Pull operation is not implemented.');
  schedulePull(site, job);
  return json(202);
}

/** POST unlink, for staff, in any state. The record goes and the job on the cluster stays. */
export function unlinkJob(site: Site, call: KnownCall, id: string): Answer {
  const job = findJob(site, call, id);
  if (!call.caller.user.staff) denied();
  removeJob(site.world, job.uuid);
  return json(204);
}

function row(site: Site, call: KnownCall, job: Job): Record<string, unknown> {
  const fields = jobRow(site.world, site.as, call, job);
  if (site.behaviour.states === 'labels' || !('state' in fields)) return fields;
  return { ...fields, state: job.state.toUpperCase().replaceAll(' ', '_') };
}

/** A job that the caller may not see does not exist for them. */
function findJob(site: Site, call: KnownCall, id: string): Job {
  const uuid = readUuid(id);
  const job = visibleJobs(site.world, call.caller.user).find((each) => each.uuid === uuid);
  return job ?? refuse(404, 'No Job matches the given query.');
}

/** Recorded order: 404 before 403 before 409. */
function findToChange(site: Site, call: KnownCall, id: string, states: State[]): Job {
  const job = findJob(site, call, id);
  if (!isAdministrator(site.world, call.caller.user, job.project)) denied();
  if (!states.includes(job.state)) {
    refuse(409, `Valid states for operation: ${states.join(', ')}.`);
  }
  return job;
}

function denied(): never {
  return refuse(403, 'You do not have permission to perform this action.');
}
