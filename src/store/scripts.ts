import { randomBytes } from 'node:crypto';
import type { Database } from './database.ts';
import type { Row } from './schema.ts';

/** A script as it was when the bot read it first: shared in Slack, or Waldur's copy of a job's. */
export interface SharedScript
  extends Omit<Row<'scripts'>, 'channel' | 'direct' | 'messageTs' | 'threadTs' | 'keptSince'> {
  /** The message it came with; null for a file uploaded in the form, and for Waldur's copy. */
  message: SourceMessage | null;
}

/** Where a script was shared. */
export interface SourceMessage {
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
  const { message, ...shared } = script;
  const inserted = await insertScript(db, {
    ...shared,
    channel: message?.channel ?? null,
    direct: message?.direct ?? false,
    messageTs: message?.ts ?? null,
    threadTs: message?.threadTs ?? null,
    jobUuid: null,
  });
  // An upload in the form belongs to no message, and is always new.
  const row =
    inserted ??
    (await db
      .selectFrom('scripts')
      .selectAll()
      .where('team', '=', script.team)
      .where('fileId', '=', script.fileId)
      .where('messageTs', '=', message?.ts ?? '')
      .executeTakeFirstOrThrow());
  return toScript(row);
}

/** Records that a person runs a job again with Waldur's copy of its script: theirs alone, and one for each job. */
export async function recordJobScript(
  db: Database,
  script: { team: string; sharedBy: string; jobUuid: string; fileName: string },
): Promise<SharedScript> {
  const nowhere = { fileId: '', channel: null, direct: false, messageTs: null, threadTs: null };
  const row =
    (await insertScript(db, { ...script, ...nowhere })) ??
    (await db
      .selectFrom('scripts')
      .selectAll()
      .where('team', '=', script.team)
      .where('sharedBy', '=', script.sharedBy)
      .where('jobUuid', '=', script.jobUuid)
      .executeTakeFirstOrThrow());
  return toScript(row);
}

/** Undefined if it is known. */
function insertScript(
  db: Database,
  script: Pick<
    Row<'scripts'>,
    | 'team'
    | 'sharedBy'
    | 'fileId'
    | 'fileName'
    | 'channel'
    | 'direct'
    | 'messageTs'
    | 'threadTs'
    | 'jobUuid'
  >,
) {
  return db
    .insertInto('scripts')
    .values({
      ...script,
      key: randomBytes(16).toString('base64url'),
      sha256: '',
      pasted: null,
      promptTs: null,
      promptSending: false,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
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

/** All pasted scripts, encrypted. */
export async function sealedScripts(
  db: Database,
): Promise<{ id: number; team: string; key: string; pasted: string }[]> {
  const rows = await db
    .selectFrom('scripts')
    .select(['id', 'team', 'key', 'pasted'])
    .where('pasted', 'is not', null)
    .execute();
  return rows.flatMap(({ pasted, ...row }) => (pasted === null ? [] : [{ ...row, pasted }]));
}

/** Writes what changed about a script. */
export async function updateScript(
  db: Database,
  id: number,
  change: Partial<Pick<SharedScript, 'sha256' | 'gone' | 'pasted'>>,
): Promise<void> {
  await db.updateTable('scripts').set(change).where('id', '=', id).execute();
}

/** A row of the table as a script. */
export function toScript(row: Row<'scripts'>): SharedScript {
  const { channel, direct, messageTs: ts, threadTs, keptSince: _, ...script } = row;
  const message = channel === null || ts === null ? null : { channel, direct, ts, threadTs };
  return { ...script, message };
}
