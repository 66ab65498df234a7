import { type ExpressionBuilder, sql } from 'kysely';
import type { Database } from './database.ts';
import type { Tables } from './schema.ts';
import { type SharedScript, toScript } from './scripts.ts';

/** A message with scripts. It has one prompt. */
export interface PromptKey {
  team: string;
  channel: string;
  ts: string;
}

/** The scripts of a message in the order in which they were recorded. */
export async function scriptsOfMessage(
  db: Database,
  { team, channel, ts }: PromptKey,
): Promise<SharedScript[]> {
  const rows = await db
    .selectFrom('scripts')
    .selectAll()
    .where('team', '=', team)
    .where('channel', '=', channel)
    .where('messageTs', '=', ts)
    .orderBy('id')
    .execute();
  return rows.map(toScript);
}

/** Writes what changed about the prompt of a message. */
export async function updatePrompt(
  db: Database,
  { team, channel, ts }: PromptKey,
  change: Partial<Pick<SharedScript, 'promptTs' | 'promptSending' | 'dismissed'>>,
): Promise<void> {
  await db
    .updateTable('scripts')
    .set(change)
    .where('team', '=', team)
    .where('channel', '=', channel)
    .where('messageTs', '=', ts)
    .execute();
}

/** Records that a message needs a prompt, or that its prompt has something new to show. */
export async function wantPrompt(db: Database, { team, channel, ts }: PromptKey): Promise<void> {
  await db
    .updateTable('scripts')
    .set(oneMore)
    .where('team', '=', team)
    .where('channel', '=', channel)
    .where('messageTs', '=', ts)
    .execute();
}

/** Records that the prompt of a script, if there is one, has something new to show. */
export async function promptIsDue(db: Database, scriptId: number): Promise<void> {
  await db
    .updateTable('scripts')
    .set(oneMore)
    .where('id', '=', scriptId)
    .where('promptTs', 'is not', null)
    .execute();
}

/** The same for a submission's script. */
export async function promptOfSubmissionIsDue(db: Database, mark: string): Promise<void> {
  const submission = await db
    .selectFrom('submissions')
    .select('scriptId')
    .where('id', '=', mark)
    .executeTakeFirst();
  if (submission !== undefined) await promptIsDue(db, submission.scriptId);
}

/**
 * Notes that a file or a message was deleted. What was pasted is forgotten, and their prompts have something new to show.
 */
export async function noteGone(
  db: Database,
  { team, ...what }: { team: string } & ({ channel: string; ts: string } | { fileId: string }),
): Promise<void> {
  const theirs = db
    .updateTable('scripts')
    .where('team', '=', team)
    .where((where) =>
      'fileId' in what
        ? where('fileId', '=', what.fileId)
        : where.and({ channel: what.channel, messageTs: what.ts }),
    )
    .where((where) => where.not(where.ref('gone')));
  await theirs.set(oneMore).where('promptTs', 'is not', null).execute();
  await theirs.set({ gone: true, pasted: null }).execute();
}

const oneMore = ({ eb }: ExpressionBuilder<Tables, 'scripts'>) => ({
  promptChanges: eb('promptChanges', '+', 1),
});

/** Messages whose prompts have something new to show. A message with several scripts comes several times. */
export async function duePrompts(db: Database): Promise<PromptKey[]> {
  const rows = await db
    .selectFrom('scripts')
    .select(['team', 'channel', 'messageTs'])
    // A literal: SQLite uses the index of these rows.
    .where('promptChanges', '>', sql.lit(0))
    .execute();
  return rows.flatMap(({ team, channel, messageTs: ts }) =>
    channel === null || ts === null ? [] : [{ team, channel, ts }],
  );
}

/** Records that a prompt shows all the changes in these rows. Later changes stay due. */
export async function promptShown(db: Database, scripts: SharedScript[]): Promise<void> {
  for (const { id, promptChanges } of scripts) {
    await db
      .updateTable('scripts')
      .set(({ eb }) => ({ promptChanges: eb('promptChanges', '-', promptChanges) }))
      .where('id', '=', id)
      .execute();
  }
}
