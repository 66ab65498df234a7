import { setTimeout as sleep } from 'node:timers/promises';
import { addMilliseconds } from '../dates.ts';
import type { Context } from '../interaction/context.ts';
import { withRef } from '../interaction/failure.ts';
import { newRef } from '../interaction/interaction.ts';
import { Problem } from '../jobs/problem.ts';
import { type Loop, startLoop } from '../machine/loop.ts';
import { impossibilities } from '../scripts/script.ts';
import { editPost, postSurely } from '../slack/post.ts';
import {
  duePrompts,
  type PromptKey,
  promptShown,
  scriptsOfMessage,
  updatePrompt,
} from '../store/prompts.ts';
import type { SharedScript } from '../store/scripts.ts';
import type { Message } from '../views/message.ts';
import { type PromptPart, wholePrompt } from '../views/whole-prompt.ts';
import { promptPart } from './prompt-parts.ts';

/** The longest pause between two looks for prompts that are due. */
const IDLE_MS = 60_000;

/** Brings prompts up to date that have something new to show, including those that a stopped process left. */
export function startPrompts(context: Context): Loop {
  const { config, db, log, now, prompting, work } = context;
  return startLoop({
    async pass() {
      const due = await duePrompts(db);
      for (const prompt of due.filter((each) => !prompting.isBusy(keyOf(each)))) {
        const failed = (error: unknown) => log.error('prompt not shown', { error });
        void work.add(() => showPrompt(context, prompt).catch(failed));
      }
      return due.length === 0 ? null : addMilliseconds(now(), config.pauses.promptMs);
    },
    failed: (error) => log.error('prompts not looked at', { error }),
    idleMs: IDLE_MS,
    failedMs: config.pauses.failedMs,
    now,
  });
}

/**
 * Brings the prompt of a message up to date. It is posted once, in the message's thread, and edited from then on. Its
 * contents follow from the tables alone.
 * @throws Problem if Slack does not let the bot post there
 */
export function showPrompt(context: Context, prompt: PromptKey): Promise<void> {
  return context.prompting.do(keyOf(prompt), () => show(context, prompt));
}

const keyOf = ({ team, channel, ts }: PromptKey) => `${team} ${channel} ${ts}`;

async function show(context: Context, prompt: PromptKey): Promise<void> {
  const { db } = context;
  const scripts = await scriptsOfMessage(db, prompt);
  const [first] = scripts;
  if (first === undefined || scripts.every(({ promptChanges }) => promptChanges === 0)) return;
  // The channel may have been shared with another organisation since the prompt was posted.
  if (await context.places.isShared(prompt.channel)) return promptShown(db, scripts);
  const message = await draw(context, scripts);
  const shown = scripts.find(({ promptTs }) => promptTs !== null)?.promptTs ?? null;
  if (shown === null) await post(context, { prompt, first, scripts, message });
  else if (!(await edit(context, { ...prompt, ts: shown }, message))) return;
  await promptShown(db, scripts);
}

async function draw(context: Context, scripts: SharedScript[]): Promise<Message> {
  const ref = newRef();
  const parts: PromptPart[] = [];
  for (const shared of scripts) parts.push(await promptPart(context, shared, ref));
  const message = wholePrompt(
    parts,
    scripts.some(({ dismissed }) => dismissed),
  );
  const isImpossible = parts.some(
    (part) => part.is === 'read' && impossibilities(part.script).length > 0,
  );
  return isImpossible ? withRef(message, ref) : message;
}

interface Drawn {
  prompt: PromptKey;
  first: SharedScript;
  scripts: SharedScript[];
  message: Message;
}

async function post({ config, db, slack }: Context, { prompt, first, scripts, message }: Drawn) {
  await updatePrompt(db, prompt, { promptSending: true });
  try {
    const whole = {
      id: `script:${first.id}`,
      channel: prompt.channel,
      threadTs: first.message?.threadTs ?? prompt.ts,
      message,
      broadcast: false,
      maybeSent: scripts.some(({ promptSending }) => promptSending),
    };
    const { ts } = await postSurely(slack, whole, config.pauses.awaitedPost);
    await updatePrompt(db, prompt, { promptTs: ts, promptSending: false });
  } catch (error) {
    // Slack refuses for good: nobody waits for this prompt any more.
    if (error instanceof Problem) await promptShown(db, scripts);
    throw error;
  }
}

/** @returns false if the prompt has to be edited again later */
async function edit(
  { slack, log }: Context,
  { channel, ts }: PromptKey,
  message: Message,
): Promise<boolean> {
  const failure = await editPost(slack, { channel, ts }, message);
  if (failure === null) return true;
  log.info('prompt not edited', { slack: JSON.stringify(failure) });
  if (failure.kind === 'permanent' || failure.kind === 'refused') return true;
  if (failure.kind === 'later') await sleep(failure.ms);
  return false;
}
