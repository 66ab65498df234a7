import type { ModalView } from '@slack/types';
import type { Context } from './context.ts';
import type { Interaction } from './interaction.ts';

/** One thing a person can do: by /slurm, by words in a message, or by a button that stands for the words. */
export interface Command {
  name: string;
  /** Other words for it. */
  aliases?: readonly string[];
  /** What to type, for help; null for commands that only buttons use. */
  usage: string | null;
  summary: string;
  /** Ends "Connect your Waldur account to …". */
  purpose: string;
  /** Does it. `args` is what stands after the command's name. Whatever it throws is told to the person. */
  run(context: Context, interaction: Interaction, args: string): Promise<void>;
  /** Takes what its modal hands in (callback_id is the command's name). */
  submitted?(context: Context, form: SubmittedForm): Promise<void>;
  /** The words that open the modal again, by the metadata that it was opened with. */
  reopen?(metadata: string): string;
}

/**
 * A modal that was handed in. It must be acknowledged within three seconds, once: before that nothing is asked of Slack
 * or Waldur.
 */
export interface SubmittedForm {
  interaction: Interaction;
  viewId: string;
  /** The private_metadata that the modal was opened with. */
  metadata: string;
  /** What was filled in, by block id: text, the chosen value, conversation or file; null where empty. */
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
}
