import { Blob } from 'node:buffer';
import type { WebClient } from '@slack/web-api';
import type PQueue from 'p-queue';
import { type Dispatcher, request } from 'undici';
import { z } from 'zod';
import { cut } from '../jobs/cut.ts';
import { Problem } from '../jobs/problem.ts';
import { toUnix } from '../scripts/lines.ts';
import { readScript, type Script } from '../scripts/script.ts';
import type { Person } from '../store/accounts.ts';
import { size } from '../views/script-prompt.ts';
import { slackFailure } from './failures.ts';
import { NoScript, whyNoScript } from './file-kinds.ts';

/** The source of files, and the largest script that is read. */
export interface FileAccess {
  client: WebClient;
  token: string;
  /** The only origin to which the token is ever sent, e.g. https://files.slack.com. */
  filesOrigin: string;
  maxBytes: number;
  /** Limits how many downloads are in memory at a time. */
  transfers: PQueue;
}

const fileShape = z.object({
  id: z.string(),
  name: z
    .string()
    .transform((name) => cut(name, 255))
    .nullish(),
  mode: z.string().optional(),
  size: z.number().optional(),
  mimetype: z.string().optional(),
  filetype: z.string().optional(),
  is_external: z.boolean().optional(),
  url_private_download: z.string().optional(),
  url_private: z.string().optional(),
  permalink: z
    .url({ protocol: /^https$/ })
    .max(1000)
    .optional()
    .catch(undefined),
  user: z.string().optional(),
  user_team: z.string().optional(),
  shares: z
    .object({
      public: z.record(z.string(), z.array(z.object({ ts: z.string() }))).optional(),
      private: z.record(z.string(), z.array(z.object({ ts: z.string() }))).optional(),
    })
    .optional(),
});
type SlackFile = z.infer<typeof fileShape>;

/**
 * What Slack knows about a file.
 * @throws Problem if the bot may not see it, or it is gone
 */
export async function fileInfo({ client }: FileAccess, id: string): Promise<SlackFile> {
  try {
    return fileShape.parse((await client.files.info({ file: id })).file);
  } catch (error) {
    const failure = slackFailure(error);
    const code = 'code' in failure ? failure.code : '';
    if (code === 'file_deleted') throw new FileGone({ cause: error });
    throw new Problem(missing[code] ?? unavailable, { cause: error });
  }
}

/** The file was deleted in Slack. */
export class FileGone extends Problem {
  constructor(options?: ErrorOptions) {
    super('The file has been deleted in Slack. Share it again.', options);
  }
}

const unavailable =
  'Slack did not hand the file over. Nothing was submitted; try again in a minute.';
const missing: Record<string, string> = {
  file_not_found:
    'The bot cannot see this file. In a private channel, invite it with /invite @Slurm, or send it the file directly.',
  missing_scope:
    'The bot may not read files in this workspace (scope files:read). Tell the people who run it.',
};

/** True if a file was shared in exactly this message. */
export function sharedIn(file: SlackFile, channel: string, ts: string): boolean {
  const shares = [file.shares?.public?.[channel], file.shares?.private?.[channel]];
  return shares.some((list) => list?.some((share) => share.ts === ts) ?? false);
}

/** A script as it was read. */
interface ReadScript {
  script: Script;
  /** Slack's page of the file; null if there is none. */
  permalink: string | null;
  /** The bytes that would be sent. */
  content: Blob;
}

/**
 * Reads a script from Slack, and checks it.
 * @param owner the person whose file it has to be, given if anybody could name any file (in a form)
 * @throws Problem if the file cannot be read completely, or is somebody else's; NoScript if Slack's description shows
 * that it is not a script
 */
export function readSharedScript(
  access: FileAccess,
  id: string,
  { convert, owner }: { convert: boolean; owner?: Person },
): Promise<ReadScript> {
  return access.transfers.add(async () => {
    const file = await fileInfo(access, id);
    if (owner !== undefined && !isOf(file, owner)) throw new Problem(notYours);
    const bytes = await bytesOf(access, file);
    const content = convert ? toUnix(bytes) : bytes;
    const permalink = file.permalink ?? null;
    return { permalink, script: readScript(content, access), content: new Blob([content]) };
  });
}

async function bytesOf(access: FileAccess, file: SlackFile): Promise<Buffer<ArrayBuffer>> {
  const { body } = await download(access, downloadUrl(access, file), file);
  const chunks: Uint8Array[] = [];
  let received = 0;
  try {
    for await (const chunk of body) {
      const bytes = z.instanceof(Uint8Array).parse(chunk);
      received += bytes.length;
      if (received > access.maxBytes) throw tooLarge(access, file);
      chunks.push(bytes);
    }
  } catch (error) {
    throw error instanceof Problem ? error : new Problem(unavailable, { cause: error });
  }
  if (file.size !== undefined && received !== file.size) throw new Problem(unavailable);
  return Buffer.concat(chunks);
}

/** If Slack names the uploader's workspace, it must be the person's, or their Enterprise organisation (E…). */
function isOf(file: SlackFile, { team, user }: Person): boolean {
  const { user_team: home = team } = file;
  return file.user === user && (home === team || home.startsWith('E'));
}

const notYours = 'That file is not one that you uploaded. Upload it in the form.';

function downloadUrl(access: FileAccess, file: SlackFile): string {
  const mode = file.mode ?? 'hosted';
  const otherKind = whyNoScript(file);
  if (otherKind !== null) throw new NoScript(otherKind);
  if (file.is_external || mode === 'external' || mode === 'remote') {
    throw new Problem(
      'This file is only linked: its bytes are not in Slack. Upload the script itself.',
    );
  }
  if (mode === 'tombstone') throw new FileGone();
  if (file.size !== undefined && file.size > access.maxBytes) throw tooLarge(access, file);
  const url = file.url_private_download ?? file.url_private ?? '';
  if (!URL.canParse(url) || new URL(url).origin !== access.filesOrigin) {
    throw new Problem(
      'Slack names a place for this file that the bot does not trust. Upload it again.',
    );
  }
  return url;
}

function tooLarge(access: FileAccess, file: SlackFile): Problem {
  const is = file.size === undefined ? '' : ` (it has ${size(file.size)})`;
  return new Problem(
    `The script is too large${is}: at most ${size(access.maxBytes)} are taken. Put data into files of its own.`,
  );
}

/** Follows no redirects: the token goes to Slack's own file host only. */
async function download(
  access: FileAccess,
  url: string,
  file: SlackFile,
): Promise<Dispatcher.ResponseData> {
  let response: Dispatcher.ResponseData;
  try {
    response = await request(url, {
      headers: { authorization: `Bearer ${access.token}` },
      headersTimeout: 10_000,
      bodyTimeout: 10_000,
    });
  } catch (error) {
    throw new Problem(unavailable, { cause: error });
  }
  // A page instead of the file comes from Slack. A file that is itself a page is read, and refused as one.
  const isPage = isHtml(response.headers['content-type']) && !isHtml(file.mimetype);
  if (response.statusCode === 200 && !isPage) return response;
  await response.body.dump();
  if (response.statusCode === 404) throw new FileGone();
  throw new Problem(response.statusCode === 200 ? loginPage : unavailable);
}

function isHtml(type: string | string[] | undefined): boolean {
  return String(type ?? '').startsWith('text/html');
}

const loginPage =
  'Slack answered with a web page instead of the file: the bot may not read files here (scope files:read). Tell the people who run it.';
