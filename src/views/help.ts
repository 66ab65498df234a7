import { type Message, section, smallPrint } from './message.ts';
import { code, trusted } from './text.ts';

/** One command as help shows it. */
export interface HelpEntry {
  /** What to type, e.g. "show <job>". */
  usage: string;
  summary: string;
}

/**
 * What the bot can do.
 * @param typed a word that is no command; null when help was asked for
 * @param suggestion the command that was probably meant
 * @param abilities what this Waldur can do, one line each (abilities.ts); mrkdwn
 */
export function help(
  entries: readonly HelpEntry[],
  typed: string | null = null,
  suggestion: string | null = null,
  abilities: string[] = [],
): Message {
  const lines = entries.map(
    ({ usage, summary }) => `${code(`/slurm ${usage}`)} ${trusted(summary)}`,
  );
  const unknown = typed === null ? [] : [section(notUnderstood(typed, suggestion))];
  return {
    text: typed === null ? 'What /slurm can do' : notUnderstood(typed, suggestion),
    blocks: [
      ...unknown,
      section(lines.join('\n')),
      smallPrint(
        'Send me a batch script in a direct message, or mention me with one in a channel, to submit it. In threads, mention me with the same words: Slack has no slash commands there. A job is named by its Slurm id, name, uuid or the beginning of its uuid.',
      ),
      ...(abilities.length === 0
        ? []
        : [smallPrint(['What this Waldur can do:', ...abilities].join('\n'))]),
    ],
  };
}

function notUnderstood(typed: string, suggestion: string | null): string {
  const start = `There is no ${code(typed, 40)}.`;
  return suggestion === null ? start : `${start} Did you mean ${code(suggestion)}?`;
}
