import type { ModalView } from '@slack/types';
import type { Form, Intent } from '../views/intent.ts';
import type { Context } from './context.ts';
import type { Interaction } from './interaction.ts';

/**
 * One thing a person can do, and what it takes: an intent. Words that were typed and buttons that were pressed meet
 * in `run`. An intent and a form reach the command that has their name (run.ts, listeners/).
 */
export interface Command<Args extends Intent = Intent, Kept extends Form = Form> {
  name: Args['do'];
  /** How it is typed; null for what only buttons do. */
  typed: Typed<Args> | null;
  /** Ends "Connect your Waldur account to …". */
  purpose: string;
  /** Does it. Whatever it throws is told to the person. */
  run(context: Context, interaction: Interaction, args: Args): Promise<void>;
  /** Takes what its modal hands in (callback_id is the command's name). */
  submitted?(context: Context, form: SubmittedForm<Kept>): Promise<void>;
  /** What opens the modal again, by what it was opened with. */
  reopen?(kept: Kept): Intent;
}

/** How a command is typed. */
export interface Typed<Args extends Intent> {
  /** What to type, for help. */
  usage: string;
  summary: string;
  /** Other words for its name. */
  aliases?: readonly string[];
  /**
   * What the words after the name mean.
   * @throws Problem where they mean nothing
   */
  parse(words: string): Args;
}

/**
 * A modal that was handed in. It must be acknowledged within three seconds, once: before that nothing is asked of Slack
 * or Waldur.
 */
export interface SubmittedForm<Kept extends Form = Form> {
  interaction: Interaction;
  viewId: string;
  /** What the modal was opened with. */
  kept: Kept;
  /** What was filled in, by block id: text, the chosen value, conversation or file; null if empty. */
  values: Record<string, string | null>;
  /** Names of uploaded files by block id. */
  fileNames: Record<string, string>;
  /** Keeps the modal open with a sentence under each of these blocks. */
  refuse(errors: Record<string, string>): Promise<void>;
  /** Acknowledges it: the modal stays open with other content. Resolves when it is the person's turn. */
  acknowledge(view: ModalView): Promise<void>;
  /**
   * The same for all that is done only for people who may use the bot.
   * @throws Problem for the others
   */
  update(view: ModalView): Promise<void>;
  /** Does what the person wanted when the modal stopped them. */
  goOn(interaction: Interaction, intent: Intent): Promise<void>;
}
