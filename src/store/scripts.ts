import { randomBytes } from 'node:crypto';
import type { Database } from './database.ts';
import type { Row } from './schema.ts';

/** A script shared in Slack, as it was when the bot first read it. */
export interface SharedScript
  extends Omit<Row<'scripts'>, 'channel' | 'direct' | 'messageTs' | 'threadTs' | 'keptSince'> {
  /** The message that shared it; null for a file uploaded in the form. */
  message: SourceMessage | null;
}

/** Where a script was shared. */
interface SourceMessage {
  channel: string;
  /** True if the channel is the sharer's direct message with the bot. */
  direct: boolean;
  ts: string;
  threadTs: string | null;
}

/** Records a shared script. If it is already known (same file, same message), it is returned as it is. */
export async function recordScript(
  db: Database,
  script: Pick<SharedScript, 'team' | 'message' | 'sharedBy' | 'fileId' | 'fileName'>,
): Promise<SharedScript> {
  const { team, message, sharedBy, fileId, fileName } = script;
  const inserted = await db
    .insertInto('scripts')
    .values({
      team,
      sharedBy,
      fileId,
      fileName,
      key: randomBytes(16).toString('base64url'),
      channel: message?.channel ?? null,
      direct: message?.direct ?? false,
      messageTs: message?.ts ?? null,
      threadTs: message?.threadTs ?? null,
      sha256: '',
      promptTs: null,
      promptSending: false,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  // An upload in the form belongs to no message, and is always new.
  const row =
    inserted ??
    (await db
      .selectFrom('scripts')
      .selectAll()
      .where('team', '=', team)
      .where('fileId', '=', fileId)
      .where('messageTs', '=', message?.ts ?? '')
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

/** The script with this key; null if there is none in this workspace. The caller checks whose it is. */
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
  change: Partial<Pick<SharedScript, 'sha256' | 'gone'>>,
): Promise<void> {
  await db.updateTable('scripts').set(change).where('id', '=', id).execute();
}

/** A row of the table as a script. */
export function toScript(row: Row<'scripts'>): SharedScript {
  const { channel, direct, messageTs: ts, threadTs, keptSince: _, ...script } = row;
  const message = channel === null || ts === null ? null : { channel, direct, ts, threadTs };
  return { ...script, message };
}
