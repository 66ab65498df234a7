import { randomBytes } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Database } from './database.ts';
import type { ScriptTable } from './schema.ts';

/** A script shared in Slack, as it was when the bot read it first. */
export interface SharedScript {
  /** Within the database only: it is counted, so it names nothing outside. */
  id: number;
  /** Names it in buttons and forms: 128 random bits, base64url. It is no right to the script. */
  key: string;
  team: string;
  /** The message it came with; null for a file uploaded in the form. */
  message: SourceMessage | null;
  /** Slack id of who shared it; empty where an app did. */
  sharedBy: string;
  fileId: string;
  fileName: string;
  /** SHA-256 of the file as it was read first; empty until then. */
  sha256: string;
  promptTs: string | null;
  /** Whether the prompt may have been posted although its `ts` is not known. */
  promptSending: boolean;
}

/** Where a script was shared. */
export interface SourceMessage {
  channel: string;
  /** Whether the channel is the sharer's direct message with the bot. */
  direct: boolean;
  ts: string;
  threadTs: string | null;
}

/** Records a shared script; one that is known (same file, same message) is returned as it is. */
export async function recordScript(
  db: Database,
  script: Pick<SharedScript, 'team' | 'message' | 'sharedBy' | 'fileId' | 'fileName'>,
): Promise<SharedScript> {
  const { team, message, fileId } = script;
  const inserted = await db
    .insertInto('scripts')
    .values({
      key: randomBytes(16).toString('base64url'),
      team,
      channel: message?.channel ?? null,
      direct: Number(message?.direct ?? false),
      message_ts: message?.ts ?? null,
      thread_ts: message?.threadTs ?? null,
      shared_by: script.sharedBy,
      file_id: fileId,
      file_name: script.fileName,
      sha256: '',
      prompt_ts: null,
      prompt_sending: 0,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  // An upload in the form is of no message, and never known.
  const row =
    inserted ??
    (await db
      .selectFrom('scripts')
      .selectAll()
      .where('team', '=', team)
      .where('file_id', '=', fileId)
      .where('message_ts', '=', message?.ts ?? '')
      .executeTakeFirstOrThrow());
  return toScript(row);
}

/** The script that a submission sends. */
export async function scriptOfSubmission(
  db: Database,
  { team, scriptId }: { team: string; scriptId: number },
): Promise<SharedScript | null> {
  const row = await db
    .selectFrom('scripts')
    .selectAll()
    .where('team', '=', team)
    .where('id', '=', scriptId)
    .executeTakeFirst();
  return row === undefined ? null : toScript(row);
}

/** The script with this key; null when there is none in this workspace. Whose it is, the caller asks. */
export async function findScript(
  db: Database,
  team: string,
  key: string,
): Promise<SharedScript | null> {
  const row = await db
    .selectFrom('scripts')
    .selectAll()
    .where('team', '=', team)
    .where('key', '=', key)
    .executeTakeFirst();
  return row === undefined ? null : toScript(row);
}

/** Writes what changed about a script. */
export async function updateScript(
  db: Database,
  id: number,
  change: Partial<Pick<SharedScript, 'sha256' | 'promptTs' | 'promptSending'>>,
): Promise<void> {
  const columns = {
    ...(change.sha256 !== undefined && { sha256: change.sha256 }),
    ...(change.promptTs !== undefined && { prompt_ts: change.promptTs }),
    ...(change.promptSending !== undefined && { prompt_sending: Number(change.promptSending) }),
  };
  await db.updateTable('scripts').set(columns).where('id', '=', id).execute();
}

function toScript(row: Selectable<ScriptTable>): SharedScript {
  const { channel, message_ts: ts, thread_ts: threadTs } = row;
  return {
    id: row.id,
    key: row.key,
    team: row.team,
    message:
      channel === null || ts === null ? null : { channel, direct: row.direct === 1, ts, threadTs },
    sharedBy: row.shared_by,
    fileId: row.file_id,
    fileName: row.file_name,
    sha256: row.sha256,
    promptTs: row.prompt_ts,
    promptSending: row.prompt_sending === 1,
  };
}
