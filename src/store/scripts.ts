import type { Selectable } from 'kysely';
import type { Database } from './database.ts';
import type { ScriptTable } from './schema.ts';

/** A script shared in Slack, as it was when the bot read it last. */
export interface SharedScript {
  id: number;
  team: string;
  /** The message it came with; null for a file uploaded in the form. */
  message: { channel: string; ts: string; threadTs: string | null } | null;
  sharedBy: string;
  fileId: string;
  fileName: string;
  /** SHA-256 of what was shown; empty until the file has been read. */
  sha256: string;
  /** Whether DOS line endings are converted before anything is shown, hashed or sent. */
  convert: boolean;
  promptTs: string | null;
  /** Whether the prompt may have been posted although its `ts` is not known. */
  promptSending: boolean;
}

/** Records a shared script; one that is known (same file, same message) is returned as it is. */
export async function recordScript(
  db: Database,
  script: Pick<SharedScript, 'team' | 'message' | 'sharedBy' | 'fileId' | 'fileName'>,
): Promise<SharedScript> {
  const { team, message, fileId } = script;
  await db
    .insertInto('scripts')
    .values({
      team,
      channel: message?.channel ?? null,
      message_ts: message?.ts ?? null,
      thread_ts: message?.threadTs ?? null,
      shared_by: script.sharedBy,
      file_id: fileId,
      file_name: script.fileName,
      sha256: '',
      convert: 0,
      prompt_ts: null,
      prompt_sending: 0,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await db
    .selectFrom('scripts')
    .selectAll()
    .where('team', '=', team)
    .where('file_id', '=', fileId)
    .where('message_ts', 'is', message?.ts ?? null)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  return toScript(row);
}

/** The script with this id; null when there is none in this workspace. */
export async function findScript(
  db: Database,
  team: string,
  id: number,
): Promise<SharedScript | null> {
  const row = await db
    .selectFrom('scripts')
    .selectAll()
    .where('team', '=', team)
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? null : toScript(row);
}

/** Writes what changed about a script. */
export async function updateScript(
  db: Database,
  id: number,
  change: Partial<Pick<SharedScript, 'sha256' | 'convert' | 'promptTs' | 'promptSending'>>,
): Promise<void> {
  const columns = {
    ...(change.sha256 !== undefined && { sha256: change.sha256 }),
    ...(change.convert !== undefined && { convert: Number(change.convert) }),
    ...(change.promptTs !== undefined && { prompt_ts: change.promptTs }),
    ...(change.promptSending !== undefined && { prompt_sending: Number(change.promptSending) }),
  };
  await db.updateTable('scripts').set(columns).where('id', '=', id).execute();
}

function toScript(row: Selectable<ScriptTable>): SharedScript {
  const { channel, message_ts: ts } = row;
  return {
    id: row.id,
    team: row.team,
    message: channel === null || ts === null ? null : { channel, ts, threadTs: row.thread_ts },
    sharedBy: row.shared_by,
    fileId: row.file_id,
    fileName: row.file_name,
    sha256: row.sha256,
    convert: row.convert === 1,
    promptTs: row.prompt_ts,
    promptSending: row.prompt_sending === 1,
  };
}
