import { FormData, request } from 'undici';
import { z } from 'zod';
import { controlWaldur, type WaldurControl } from '../../sandbox/waldur/control.ts';
import { fakeToken } from '../../sandbox/waldur/ids.ts';
import { startWaldur, type WaldurOptions } from '../../sandbox/waldur/server.ts';

export interface Running {
  url: string;
  waldur: WaldurControl;
}

/** Starts a sandbox whose time moves only with `advance`, and always closes it. */
export async function withWaldur<Result>(
  options: WaldurOptions,
  run: (running: Running) => Promise<Result>,
): Promise<Result> {
  const sandbox = await startWaldur({ speed: 0, seed: 'empty', ...options });
  try {
    return await run({ url: sandbox.url, waldur: controlWaldur(sandbox.url) });
  } finally {
    await sandbox.close();
  }
}

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: unknown;
}

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

/** Asks the sandbox as one of the demo's people, or as nobody if null. */
export async function ask(
  url: string,
  person: string | null,
  method: Method,
  path: string,
  { body, headers = {} }: { body?: string | FormData; headers?: Record<string, string> } = {},
): Promise<Reply> {
  const token = person === null ? {} : { authorization: `Token ${fakeToken(person)}` };
  const answer = await request(url + path, {
    method,
    headers: { ...token, ...headers },
    body: body ?? null,
  });
  const text = await answer.body.text();
  const isJson = answer.headers['content-type'] === 'application/json' && text !== '';
  const read: unknown = isJson ? JSON.parse(text) : text;
  return { status: answer.statusCode, headers: answer.headers, body: read };
}

const Allocations = z.array(
  z.object({ name: z.string(), project: z.string(), service_settings: z.string() }),
);
const Created = z.object({ uuid: z.string() });

/** The form that submits a script to the named allocation. */
export async function submission(
  url: string,
  person: string,
  script: string,
  { allocation = 'bio-gpu', name = 'job' } = {},
): Promise<FormData> {
  const found = Allocations.parse((await ask(url, person, 'GET', '/api/slurm-allocations/')).body);
  const place = found.find((each) => each.name === allocation);
  if (!place) throw new Error(`${person} has no allocation ${allocation}`);
  const form = new FormData();
  form.set('name', name);
  form.set('project', place.project);
  form.set('service_settings', place.service_settings);
  form.set('file', new File([script], 'job.sh', { type: 'text/plain' }));
  return form;
}

/** Submits a script and answers the uuid of its row. */
export async function submit(
  url: string,
  person: string,
  script: string,
  options: { allocation?: string; name?: string } = {},
): Promise<string> {
  const body = await submission(url, person, script, options);
  const reply = await ask(url, person, 'POST', '/api/slurm-jobs/', { body });
  return Created.parse(reply.body).uuid;
}
