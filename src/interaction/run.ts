import { closest, distance } from 'fastest-levenshtein';
import { SealError } from '../accounts/seal.ts';
import { isTokenRefused, NotConnected } from '../accounts/waldur-accounts.ts';
import { Problem } from '../jobs/problem.ts';
import { connectOffer } from '../views/connecting.ts';
import { cannotCancel, type HelpEntry, notUnderstood } from '../views/help-page.ts';
import { encode, type Intent } from '../views/intent.ts';
import { actions, button, type Message, say } from '../views/message.ts';
import { count, grouped } from '../views/text.ts';
import { admit } from './access.ts';
import type { Command } from './command.ts';
import type { Context } from './context.ts';
import { failure, logFailure, withRef } from './failure.ts';
import type { Interaction } from './interaction.ts';
import { NeedsButton } from './interaction.ts';
import { isPastedToken, pastedTokenAnswer } from './pasted-token.ts';
import { understand } from './understand.ts';

/** Typed words must fit into a button of 2,000 characters, beside the intent that comes first. */
const LONGEST = 1800;

/** What a person wants: an intent from a button, or words typed after /slurm or in a message to the bot. */
type Wanted = Intent | { words: string };

/**
 * Carries out what a person wants, however they said it. This is the only error boundary: whatever is thrown below
 * becomes an answer, and a line in the log with the same reference.
 */
export async function run(
  commands: readonly Command[],
  context: Context,
  interaction: Interaction,
  wanted: Wanted,
): Promise<void> {
  let intent = 'words' in wanted ? null : wanted;
  let command = intent === null ? null : findCommand(commands, intent.do);
  try {
    if ('words' in wanted && isPastedToken(wanted.words.trim()))
      return await interaction.answer(pastedTokenAnswer);
    await admit(context, interaction);
    if ('words' in wanted) {
      const understood = understand(wanted.words);
      if ('thanks' in understood) return;
      if ('cancel' in understood) return await interaction.answer(cannotCancel(understood.cancel));
      const [name = '', words] = split(understood.command);
      command = typedCommand(commands, name);
      intent = command?.typed?.parse(words) ?? null;
      if (intent === null) return await interaction.answer(unknown(commands, name));
      checkLength(wanted.words.trim(), intent);
    }
    if (intent !== null) await command?.run(context, interaction, intent);
  } catch (error) {
    await tell(context, interaction, { error, intent, command });
  }
}

function split(words: string): [string, string] {
  const name = words.split(/\s/, 1)[0] ?? '';
  return [name, words.slice(name.length).trim()];
}

/** The command of an intent or a form. */
export function findCommand(commands: readonly Command[], name: string): Command | null {
  return commands.find((each) => each.name === name) ?? null;
}

/** The command with this name or alias; `help` if nothing was typed; null if there is none. */
function typedCommand(commands: readonly Command[], name: string): Command | null {
  const wanted = name === '' ? 'help' : name.toLowerCase();
  const isIt = ({ name: own, typed }: Command) =>
    typed !== null && (own === wanted || typed.aliases?.includes(wanted) === true);
  return commands.find(isIt) ?? null;
}

/** What help shows, from the list of commands. */
export function helpEntries(commands: readonly Command[]): HelpEntry[] {
  return commands.flatMap(({ typed }) => (typed === null ? [] : [typed]));
}

function unknown(commands: readonly Command[], name: string): Message {
  const names = commands.flatMap((each) => (each.typed === null ? [] : [each.name]));
  const near = closest(name.toLowerCase(), names);
  return notUnderstood(name, distance(name.toLowerCase(), near) <= 2 ? near : null);
}

/** @throws Problem if a button could not carry the intent */
function checkLength(words: string, intent: Intent): void {
  const length = words.length > LONGEST ? words.length : encode(intent).length;
  if (length > LONGEST) {
    throw new Problem(
      `That has ${count(length, 'character')}; a command has at most ${grouped(LONGEST)}. Name a job by its Slurm id or the beginning of its uuid; /slurm list shows them.`,
    );
  }
}

interface Failed {
  error: unknown;
  /** What they wanted; null if that is not known. */
  intent: Intent | null;
  command: Command | null;
}

/** Tells a person why their request failed. If that fails too, it is logged. */
export async function tell(
  context: Context,
  interaction: Interaction,
  failed: Failed,
): Promise<void> {
  try {
    await interaction.answer(answerTo(context, interaction, failed));
  } catch (unanswered) {
    interaction.log.error('could not answer', {
      error: unanswered,
      after: failed.error,
    });
  }
}

function answerTo(
  context: Context,
  interaction: Interaction,
  { error, intent, command }: Failed,
): Message {
  if (error instanceof NeedsButton) return formOffer(interaction, error, intent);
  const why = identityProblem(error);
  if (why !== null) {
    logFailure(interaction.log, 'not connected', error);
    const purpose = command?.purpose ?? 'go on';
    const { waldurUrl } = context.config;
    const next = intent?.do === 'connect' ? intent.next : intent;
    return withRef(connectOffer({ purpose, next, why, waldurUrl }), interaction.ref);
  }
  logFailure(interaction.log, 'failed', error, { command: command?.name ?? '' });
  return failure(error, interaction.ref);
}

/** Why a person has to connect, for the first time or again; null if the error is about something else. */
function identityProblem(error: unknown): NotConnected['why'] | null {
  if (error instanceof NotConnected) return error.why;
  return isTokenRefused(error) || error instanceof SealError ? 'expired' : null;
}

/** Offers a button that opens the form. Words in a message can never open one; an expired trigger is logged. */
function formOffer(interaction: Interaction, error: NeedsButton, intent: Intent | null): Message {
  const open = intent === null ? [] : actions(button({ label: 'Open…', intent }, 'primary'));
  if (error.cause === undefined) return say('This needs a form: press the button.', ...open);
  interaction.log.warn('form not opened', { error: error.cause });
  return say(
    `Slack did not open the form in time: press the button. (ref ${interaction.ref})`,
    ...open,
  );
}
