import { closest, distance } from 'fastest-levenshtein';
import { isTokenRefused, NotConnected } from '../accounts/accounts.ts';
import { SealError } from '../accounts/seal.ts';
import { Problem } from '../jobs/problem.ts';
import { connectOffer } from '../views/connecting.ts';
import { help } from '../views/help.ts';
import { actions, button, type Message, say } from '../views/message.ts';
import { count, grouped } from '../views/text.ts';
import { admit } from './admit.ts';
import type { Command } from './command.ts';
import type { Context } from './context.ts';
import { failure, logFailure, withRef } from './failure.ts';
import type { Interaction } from './interaction.ts';
import { NeedsButton } from './interaction.ts';
import { isLeak, leaked } from './leak.ts';

/** A button carries a command in 2,000 characters, and what is asked before ("connect then …") needs some. */
const LONGEST = 1800;

/**
 * Does what a command's text says, wherever it came from: /slurm, words to the bot, a button. This is the one
 * error boundary: whatever is thrown below becomes an answer, and a line in the log with the same reference.
 */
export async function run(context: Context, interaction: Interaction, text: string): Promise<void> {
  const words = text.trim();
  const name = words.split(/\s/, 1)[0] ?? '';
  const command = findCommand(context.commands, name);
  try {
    if (isLeak(words)) return await interaction.answer(leaked);
    await admit(context, interaction);
    if (words.replace(/^connect then /, '').length > LONGEST) throw new Problem(tooLong(words));
    if (command === null) await interaction.answer(unknown(context.commands, name));
    else await command.run(context, interaction, words.slice(name.length).trim());
  } catch (error) {
    await tell(context, interaction, { error, words, command });
  }
}

/** The command with this name or alias; `help` when nothing was typed; null when there is none. */
export function findCommand(commands: readonly Command[], name: string): Command | null {
  const wanted = name === '' ? 'help' : name.toLowerCase();
  return (
    commands.find((each) => each.name === wanted || each.aliases?.includes(wanted) === true) ?? null
  );
}

/** What help shows, from the list of commands. */
export function helpEntries(commands: readonly Command[]) {
  return commands.flatMap(({ usage, summary }) => (usage === null ? [] : [{ usage, summary }]));
}

function unknown(commands: readonly Command[], name: string) {
  const names = commands.flatMap((each) => (each.usage === null ? [] : [each.name]));
  const near = closest(name.toLowerCase(), names);
  return help(helpEntries(commands), name, distance(name.toLowerCase(), near) <= 2 ? near : null);
}

interface Failed {
  error: unknown;
  words: string;
  command: Command | null;
}

/** Tells a person why it did not work. When that fails too, the log has it. */
export async function tell(
  context: Context,
  interaction: Interaction,
  { error, words, command }: Failed,
): Promise<void> {
  try {
    await interaction.answer(await answerTo(context, interaction, { error, words, command }));
  } catch (unanswered) {
    interaction.log.error('could not answer', {
      error: unanswered,
      after: error,
    });
  }
}

async function answerTo(
  context: Context,
  interaction: Interaction,
  { error, words, command }: Failed,
) {
  if (error instanceof NeedsButton) return formOffer(interaction, error, words);
  const why = identityProblem(error);
  if (why !== null) {
    logFailure(interaction.log, 'not connected', error);
    const purpose = command?.purpose ?? 'go on';
    const { waldurUrl } = context.config;
    return withRef(connectOffer({ purpose, intent: words, why, waldurUrl }), interaction.ref);
  }
  logFailure(interaction.log, 'failed', error, { command: command?.name ?? '' });
  return failure(error, interaction.ref);
}

/** Why a person has to connect, for the first time or again; null when the error is about something else. */
function identityProblem(error: unknown): NotConnected['why'] | null {
  if (error instanceof NotConnected) return error.why;
  return isTokenRefused(error) || error instanceof SealError ? 'expired' : null;
}

/** Words in a message never open a form; that a trigger has expired is worth a line in the log. */
function formOffer(interaction: Interaction, error: NeedsButton, words: string): Message {
  const open = actions(button({ label: 'Open…', command: words }, 'primary'));
  if (error.cause === undefined) return say('This needs a form: press the button.', ...open);
  interaction.log.warn('form not opened', { error: error.cause });
  return say(
    `Slack did not open the form in time: press the button. (ref ${interaction.ref})`,
    ...open,
  );
}

function tooLong(words: string): string {
  return `That has ${count(words.length, 'character')}; a command has at most ${grouped(LONGEST)}. Name a job by its Slurm id or the beginning of its uuid; /slurm list shows them.`;
}
