import type { Context } from '../interaction/context.ts';
import { suggestName } from '../jobs/job-name.ts';
import { Problem } from '../jobs/problem.ts';
import { impossibilities } from '../scripts/script.ts';
import { NoScript } from '../slack/file-kinds.ts';
import type { SharedScript } from '../store/scripts.ts';
import { type Followed, submissionsOfScript } from '../store/submissions.ts';
import { escaped, named } from '../views/text.ts';
import type { PromptedJob, PromptPart } from '../views/whole-prompt.ts';
import { handOver } from './history.ts';
import { noteFirst, readUsable, type Usable } from './script-access.ts';

/**
 * What the prompt of a message says about one of its scripts: its submissions, or if there are none, its present
 * contents.
 */
export async function promptPart(
  context: Context,
  shared: SharedScript,
  ref: string,
): Promise<PromptPart> {
  const { key: scriptKey, fileName, gone } = shared;
  const [newest, ...older] = await toldByPrompt(context, shared);
  if (newest !== undefined) {
    const jobs = await Promise.all([newest, ...older].map((each) => jobOf(context, each)));
    return { is: 'submitted', scriptKey, fileName, jobs, converted: newest.convert, gone };
  }
  if (gone) return { is: 'gone', scriptKey, fileName };
  // It was just shared here: everyone who reads the prompt can already see it.
  return readPart(context, { shared, only: null }, { convert: false, ref });
}

/** Reads a script as it is now, and describes it. */
export async function readPart(
  context: Context,
  usable: Pick<Usable, 'shared' | 'only'>,
  { convert, ref }: { convert: boolean; ref: string },
): Promise<PromptPart> {
  const { id, key: scriptKey, fileName } = usable.shared;
  try {
    const { script } = await readUsable(context, usable, { convert });
    await noteFirst(context, usable.shared, { sha256: script.sha256, convert });
    const name = suggestName(script, fileName);
    const wrong = impossibilities(script);
    if (wrong.length > 0) {
      const kinds = wrong.map(({ kind }) => kind).join(' ');
      context.log.info('script refused', { ref, script: id, kinds });
    }
    return { is: 'read', scriptKey, fileName, name, script, converted: convert };
  } catch (error) {
    const unread = { is: 'unread' as const, scriptKey, fileName };
    if (error instanceof NoScript)
      return { ...unread, sentence: `${named(fileName)}: ${escaped(error.message)}` };
    if (!(error instanceof Problem)) throw error;
    context.log.warn('script not read', { ref, script: id, error });
    const sentence = `${named(fileName)} could not be read. ${escaped(error.message)} (ref ${ref})`;
    return { ...unread, sentence };
  }
}

/**
 * The submissions of a script that its prompt tells to everyone who sees it, newest first: Waldur has the job, and it is
 * followed where the prompt is. One that is followed elsewhere is the business of the person who submitted it.
 */
export async function toldByPrompt(
  { db }: Pick<Context, 'db'>,
  { id: scriptId, team, message, sharedBy }: SharedScript,
): Promise<Followed[]> {
  const submissions = await submissionsOfScript(db, { team, scriptId });
  return submissions.filter(({ state, user, follow }) => {
    if (state !== 'accepted' || message === null) return false;
    return message.direct ? user === sharedBy : follow?.channel === message.channel;
  });
}

async function jobOf({ slack }: Context, submission: Followed): Promise<PromptedJob> {
  const { name, slurmId, user: by, createdAt: at, card } = submission;
  const place = card === null ? null : { channel: card.channel, message_ts: card.ts };
  // The prompt is complete without the link.
  const found = place && (await slack.chat.getPermalink(place).catch(() => null));
  const handedOver = handOver(submission);
  return { name, slurmId, by, at, card: found?.permalink ?? null, handOver: handedOver };
}
