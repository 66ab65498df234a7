import type { ModalView } from '@slack/types';
import type { Form, Intent } from '../views/intent.ts';
import type { Context } from './context.ts';
import type { Interaction } from './interaction.ts';

/**
 * One thing that a person can do. Its arguments are an intent: typed words and pressed buttons both arrive in `run` as
 * one. An intent or a form goes to the command of the same name (run.ts, listeners/).
 */
export interface Command<Args extends Intent = Intent, Kept extends Form = Form> {
  name: Args['do'];
  /** How it is typed; null if only buttons lead to it. */
  typed: Typed<Args> | null;
  /** Ends "Connect your Waldur account to …". */
  purpose: string;
  /** Carries out the command. The person is told whatever it throws. */
  run(context: Context, interaction: Interaction, args: Args): Promise<void>;
  /** Handles its form when that is handed in (callback_id is the command's name). */
  submitted?(context: Context, form: SubmittedForm<Kept>): Promise<void>;
  /** The intent that opens the form again. */
  reopen?(kept: Kept): Intent;
}

/** How a command is typed. */
interface Typed<Args extends Intent> {
  /** What to type, for help. */
  usage: string;
  summary: string;
  /** Other words for its name. */
  aliases?: readonly string[];
  /**
   * The intent that the words after the name express.
   * @throws Problem if they express none
   */
  parse(words: string): Args;
}

/**
 * A form (modal) that was handed in. It must be acknowledged once, within three seconds, so nothing is asked of Slack
 * or Waldur before.
 */
export interface SubmittedForm<Kept extends Form = Form> {
  interaction: Interaction;
  viewId: string;
  /** What the form has carried since it was opened. */
  kept: Kept;
  /** What was filled in, by block id: text, the chosen value, conversation or file; null if empty. */
  values: Record<string, string | null>;
  /** Names of uploaded files by block id. */
  fileNames: Record<string, string>;
  /** Keeps the form open with a sentence under each of these blocks. */
  refuse(errors: Record<string, string>): Promise<void>;
  /** Acknowledges the form and shows another view in its place. Resolves when it is the person's turn. */
  acknowledge(view: ModalView): Promise<void>;
  /**
   * Does the same, and then checks that the person may use the bot.
   * @throws Problem if they may not
   */
  update(view: ModalView): Promise<void>;
  /** Carries out what the person wanted before the form interrupted them. */
  goOn(interaction: Interaction, intent: Intent): Promise<void>;
}
