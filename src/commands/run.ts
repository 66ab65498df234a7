import { closest, distance } from 'fastest-levenshtein';
import { isTokenRefused, NotConnected } from '../accounts/accounts.ts';
import { SealError } from '../accounts/seal.ts';
import { connectOffer } from '../views/connecting.ts';
import { help } from '../views/help.ts';
import { actions, button, say } from '../views/message.ts';
import { admit } from './admit.ts';
import type { Ask } from './ask.ts';
import { NeedsButton } from './ask.ts';
import type { Command } from './command.ts';
import { failure } from './failure.ts';
import { commands } from './index.ts';
import { isLeak, leaked } from './leak.ts';
import type { Services } from './services.ts';

/**
 * Does what a command's text says, wherever it came from: /slurm, words to the bot, a button. This is the one
 * error boundary: whatever is thrown below becomes an answer, and a line in the log with the same reference.
 */
export async function run(services: Services, ask: Ask, text: string): Promise<void> {
  const words = text.trim();
  const name = words.split(/\s/, 1)[0] ?? '';
  const command = findCommand(name);
  try {
    if (isLeak(words)) return await ask.answer(leaked);
    await admit(services, ask);
    if (command === null) await ask.answer(unknown(name));
    else await command.run(services, ask, words.slice(name.length).trim());
  } catch (error) {
    await tell(services, ask, { error, words, command });
  }
}

/** The command with this name or alias; `help` when nothing was typed; null when there is none. */
export function findCommand(name: string): Command | null {
  const wanted = name === '' ? 'help' : name.toLowerCase();
  return (
    commands.find((each) => each.name === wanted || each.aliases?.includes(wanted) === true) ?? null
  );
}

/** What help shows, from the list of commands. */
export function helpEntries() {
  return commands.flatMap(({ usage, summary }) => (usage === null ? [] : [{ usage, summary }]));
}

function unknown(name: string) {
  const names = commands.flatMap((each) => (each.usage === null ? [] : [each.name]));
  const near = closest(name.toLowerCase(), names);
  return help(helpEntries(), name, distance(name.toLowerCase(), near) <= 2 ? near : null);
}

interface Failed {
  error: unknown;
  words: string;
  command: Command | null;
}

/** Tells a person why it did not work. When that fails too, the log has it. */
export async function tell(
  services: Services,
  ask: Ask,
  { error, words, command }: Failed,
): Promise<void> {
  try {
    await ask.answer(await answerTo(services, ask, { error, words, command }));
  } catch (unanswered) {
    ask.log.error('could not answer', { error: messageOf(unanswered), after: messageOf(error) });
  }
}

async function answerTo(services: Services, ask: Ask, { error, words, command }: Failed) {
  const purpose = command?.purpose ?? 'go on';
  if (error instanceof NeedsButton) {
    const choice = { label: 'Open…', command: words };
    return say('This needs a form: press the button.', ...actions(button(choice, 'primary')));
  }
  if (error instanceof NotConnected) {
    const { waldurUrl } = services.config;
    return connectOffer({ purpose, intent: words, why: error.why, waldurUrl });
  }
  if (isTokenRefused(error)) {
    ask.log.warn('token refused', { error: messageOf(error) });
    return connectOffer({
      purpose,
      intent: words,
      why: 'expired',
      waldurUrl: services.config.waldurUrl,
    });
  }
  if (error instanceof SealError) {
    ask.log.error('token not opened', { why: error.kind });
    return connectOffer({
      purpose,
      intent: words,
      why: 'expired',
      waldurUrl: services.config.waldurUrl,
    });
  }
  ask.log.error('failed', { command: command?.name ?? '', error: messageOf(error) });
  return failure(error, ask.ref);
}

function messageOf(error: unknown): string {
  if (!Error.isError(error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${messageOf(error.cause)})`;
}
