import { type Abilities, type Ability, type Operation, operations } from '../jobs/abilities.ts';
import { myJobs, submitAScript } from './choices.ts';
import { actions, button, type Message, say, section, smallPrint } from './message.ts';
import { code, trusted, when } from './text.ts';

/** One command as help shows it. */
export interface HelpEntry {
  /** What to type, e.g. "show <job>". */
  usage: string;
  summary: string;
}

/**
 * What the bot can do.
 * @param abilities what this Waldur can do, one line each; mrkdwn
 */
export function help(entries: readonly HelpEntry[], abilities: string[] = []): Message {
  const lines = entries.map(
    ({ usage, summary }) => `${code(`/slurm ${usage}`)} ${trusted(summary)}`,
  );
  return {
    text: 'What /slurm can do',
    blocks: [
      section(lines.join('\n')),
      smallPrint(
        'Send me a batch script in a direct message, or mention me with one in a channel, to submit it. In threads, mention me with the same words: Slack has no slash commands there. A job is named by its Slurm id, name (or how it begins), uuid or the beginning of its uuid.',
      ),
      ...(abilities.length === 0
        ? []
        : [smallPrint(['What this Waldur can do:', ...abilities].join('\n'))]),
    ],
  };
}

/**
 * The answer to words that are no command: one line and three buttons.
 * @param suggestion the command that was probably meant
 */
export function notUnderstood(typed: string, suggestion: string | null): Message {
  const start = `There is no ${code(typed, 40)}.`;
  return say(
    suggestion === null ? start : `${start} Did you mean ${code(suggestion)}?`,
    ...actions(
      button(myJobs),
      button(submitAScript),
      button({ label: 'Help', intent: { do: 'help' } }),
    ),
  );
}

/** The answer to whoever wants a job stopped. */
export function cannotCancel(job: string): Message {
  const start = 'I can’t stop jobs: Waldur has no way to. On the cluster:';
  return say(`${start} ${code(`scancel ${job || '<job id>'}`)}.`);
}

const names: Record<Operation, string> = {
  pull: 'refresh on request',
  'partial update': 'edit name and description',
  update: 'replace the script',
  delete: 'delete records',
  unlink: 'unlink records (Waldur’s staff)',
};

/** What this Waldur is known to support since the bot started, one line per operation. */
export function abilities(known: Pick<Abilities, 'of'>): string[] {
  return operations.map((operation) => `${names[operation]}: ${told(known.of(operation))}`);
}

function told(ability: Ability | null): string {
  if (ability === null) return 'not tried yet';
  const { refusedAt, workedAt, status } = ability;
  if (refusedAt !== null)
    return `no; it answered ${status} to two people, last on ${when(refusedAt)}`;
  if (status > 0) return `perhaps; it answered ${status} when it was asked last`;
  return workedAt === null ? 'not tried yet' : `yes, last on ${when(workedAt)}`;
}
