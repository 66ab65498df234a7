import type { Blob } from 'node:buffer';
import { type Dispatcher, FormData } from 'undici';
import type { Allocation, Job, JobDetails, ListedJob, Place } from '../jobs/job.ts';
import type { Answer } from './answer.ts';
import { createSend, type Send, waldurDispatcher } from './http.ts';
import { type Me, readMe } from './me.ts';
import { fields, readPage } from './read-page.ts';
import {
  allocationRow,
  detailsRow,
  FIELDS,
  fileRow,
  jobRow,
  listedRow,
  PLACE_FIELDS,
  placeRow,
} from './records.ts';
import { LARGEST_PAGE, type Page, scanRows } from './scan.ts';

/** The texts of a job that a person may change at any time. */
interface JobTexts {
  /** 1 to 150 characters. */
  name: string;
  /** Up to 2,000 characters. */
  description: string;
}

/** A job to be created. */
interface NewJob extends JobTexts {
  /** URLs, as Waldur gave them with an allocation. */
  serviceSettings: string;
  project: string;
  file: Blob;
  fileName: string;
}

/** A job's script. */
interface JobFile {
  bytes: Buffer;
  /** As it was sent; empty if Waldur does not say. */
  fileName: string;
}

/**
 * Waldur as one person sees it. Every method throws a WaldurFailure (errors.ts) if Waldur refuses, cannot be reached,
 * is too slow or answers something else.
 */
export interface Waldur {
  /** The person whose token this is. Waldur's full answer would hold the token, so only single fields are requested. */
  me(): Promise<Me>;
  /** A page of all jobs that the person may see, newest first, with the fields that cost Waldur nothing extra. */
  listCheap(page: number, pageSize?: number): Promise<Page<Job>>;
  /** The same with everything that a list shows. It costs Waldur about seven times as much (recorded). */
  listListed(page: number, pageSize?: number): Promise<Page<ListedJob>>;
  getJob(uuid: string): Promise<JobDetails>;
  getCheap(uuid: string): Promise<Job>;
  /** The cluster and the user of a row. With the Slurm id they show which rows are twins. */
  getPlace(uuid: string): Promise<Place>;
  /**
   * The script of a job as Waldur keeps it, of at most `mostBytes`; null if it keeps none. Only Waldur's own origin is
   * asked for it.
   */
  getScript(uuid: string, mostBytes: number): Promise<JobFile | null>;
  /**
   * One POST, never repeated. If it fails with `ambiguous: true`, the job may exist: look for the mark in its
   * description with `jobsWithMark`.
   */
  createJob(job: NewJob): Promise<JobDetails>;
  /** Changes the name and the description (PATCH). The job in Slurm keeps its own name. */
  updateJob(uuid: string, change: JobTexts): Promise<JobDetails>;
  /** Replaces everything, the script too (PUT). The job in Slurm goes on with the script it has. */
  replaceJob(uuid: string, job: NewJob): Promise<JobDetails>;
  /** Asks Waldur to read the job's state from the cluster. The state changes later. */
  pull(uuid: string): Promise<'scheduled'>;
  /** Removes Waldur's record, at once or later. The job goes on in Slurm. */
  deleteJob(uuid: string): Promise<'deleted' | 'scheduled'>;
  /** Removes Waldur's record, whatever its state. Only Waldur's staff may. The job goes on in Slurm. */
  unlinkJob(uuid: string): Promise<void>;
  /** All allocations that the person may see, inactive ones included. */
  allocations(): Promise<Allocation[]>;
  /**
   * Jobs whose description holds the mark, newest first. Reads pages back to `since`, which is by
   * Waldur's clock (leave a margin), and 3,000 jobs at most.
   */
  jobsWithMark(mark: string, since: Date): AsyncIterable<Job>;
}

export interface WaldurOptions {
  /** Waldur's origin and base path, without a final slash. */
  baseUrl: string;
  token: string;
  /** Connections to share with other people's clients (`waldurDispatcher`). */
  dispatcher?: Dispatcher;
  timeoutMs?: number;
  deadlineMs?: number;
  /** The uuid of the person for whom a staff token acts. */
  impersonate?: string;
  /** Wraps every request. */
  around?: (send: Send) => Send;
}

const JOBS = '/api/slurm-jobs/';

/** A Waldur that acts with this token. Makes no request by itself. */
export function createWaldur(options: WaldurOptions): Waldur {
  const { timeoutMs = 10_000, deadlineMs = 60_000 } = options;
  const dispatcher = options.dispatcher ?? waldurDispatcher(timeoutMs);
  const { around = (send: Send) => send } = options;
  const send = around(createSend({ ...options, dispatcher, timeoutMs, deadlineMs }));
  return { ...reads(send), ...changes(send) };
}

function reads(send: Send) {
  const get = (target: string, names: string[] = []) =>
    send({ method: 'GET', target, query: fields(names) });
  const listCheap = (page: number, pageSize = LARGEST_PAGE) =>
    readPage(send, { target: JOBS, names: FIELDS.cheap, row: jobRow, page, pageSize });
  return {
    listCheap,
    listListed: (page: number, pageSize = LARGEST_PAGE) =>
      readPage(send, { target: JOBS, names: FIELDS.listed, row: listedRow, page, pageSize }),
    me: () => readMe(send),
    getJob: async (uuid: string) => (await get(jobPath(uuid))).read(detailsRow),
    getCheap: async (uuid: string) => (await get(jobPath(uuid), FIELDS.cheap)).read(jobRow),
    getPlace: async (uuid: string) => (await get(jobPath(uuid), PLACE_FIELDS)).read(placeRow),
    getScript: (uuid: string, mostBytes: number) => readScript(send, uuid, mostBytes),
    allocations: () => allAllocations(send),
    async *jobsWithMark(mark: string, since: Date) {
      for await (const { rows } of scanRows(listCheap)) {
        yield* rows.filter((job) => job.description.includes(mark));
        if (rows.some((job) => job.created < since)) return;
      }
    },
  };
}

/** The address may serve it to anyone (recorded), so it is kept nowhere. */
async function readScript(send: Send, uuid: string, fileBytes: number): Promise<JobFile | null> {
  const target = jobPath(uuid);
  const { file } = (await send({ method: 'GET', target, query: fields(['file']) })).read(fileRow);
  if (file === null) return null;
  const answer = await send({ method: 'GET', target: file, fileBytes });
  const said = /filename="([^"]{1,255})"/.exec(answer.header('content-disposition') ?? '');
  return { bytes: answer.bytes(), fileName: said?.[1] ?? '' };
}

function changes(send: Send) {
  return {
    async createJob(job: NewJob) {
      const answer = await send({ method: 'POST', target: JOBS, form: jobForm(job) });
      return answer.read(detailsRow);
    },
    async updateJob(uuid: string, { name, description }: JobTexts) {
      const json = { name, description };
      return (await send({ method: 'PATCH', target: jobPath(uuid), json })).read(detailsRow);
    },
    async replaceJob(uuid: string, job: NewJob) {
      const form = jobForm(job);
      return (await send({ method: 'PUT', target: jobPath(uuid), form })).read(detailsRow);
    },
    async pull(uuid: string) {
      const answer = await send({ method: 'POST', target: `${jobPath(uuid)}pull/` });
      if (answer.status === 202) return 'scheduled' as const;
      throw unexpectedStatus(answer);
    },
    async deleteJob(uuid: string) {
      const answer = await send({ method: 'DELETE', target: jobPath(uuid) });
      if (answer.status === 204) return 'deleted' as const;
      if (answer.status === 202) return 'scheduled' as const;
      throw unexpectedStatus(answer);
    },
    async unlinkJob(uuid: string) {
      const answer = await send({ method: 'POST', target: `${jobPath(uuid)}unlink/` });
      if (answer.status !== 204) throw unexpectedStatus(answer);
    },
  };
}

function jobForm(job: NewJob): FormData {
  const form = new FormData();
  form.set('name', job.name);
  form.set('description', job.description);
  form.set('service_settings', job.serviceSettings);
  form.set('project', job.project);
  form.set('file', job.file, job.fileName);
  return form;
}

async function allAllocations(send: Send): Promise<Allocation[]> {
  const read = (page: number, pageSize: number) =>
    readPage(send, {
      target: '/api/slurm-allocations/',
      names: FIELDS.allocation,
      row: allocationRow,
      page,
      pageSize,
    });
  const all: Allocation[] = [];
  for await (const { rows } of scanRows(read)) all.push(...rows);
  return all;
}

/** @throws TypeError for an id that would lead to another address: callers pass on ids that Waldur gave them. */
function jobPath(uuid: string): string {
  if (!/^[\w-]+$/.test(uuid)) throw new TypeError('The id of a job has letters and digits only');
  return `${JOBS}${uuid}/`;
}

function unexpectedStatus(answer: Answer): Error {
  return answer.surprise(`a status that the API does not document (${answer.status})`);
}
