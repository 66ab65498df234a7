import type { KnownBlock } from '@slack/types';
import { allFindings, type Finding, impossibilities, type Script } from '../scripts/script.ts';
import { summary } from './asked.ts';
import { actions, button, type Message, section, smallPrint } from './message.ts';
import { bold, code, count, escaped, grouped, named } from './text.ts';

/** A script that someone shared and the bot has read. */
export interface PromptProps {
  /** Names the script (store/scripts.ts). */
  scriptKey: string;
  fileName: string;
  /** The name the job would get. */
  name: string;
  script: Script;
  /** True if line endings have been converted. */
  converted: boolean;
}

/** The bot's answer to a script: what it read, and what can be done. */
export function prompt(props: PromptProps): Message {
  return impossibilities(props.script).length > 0 ? impossible(props) : ready(props);
}

/** How many of the worst findings the prompt shows. The form shows all of them. */
const shownFindings = 3;

function ready({ scriptKey, fileName, name, script, converted }: PromptProps): Message {
  const intent = { do: 'submit' as const, script: scriptKey, convert: converted, seenBy: null };
  const [refusal] = script.refusals;
  const text =
    refusal === undefined
      ? `${named(fileName)} is ready to submit as "${named(name)}"`
      : `Slurm would refuse ${named(fileName)}. ${escaped(refusal.sentence, 400)}`;
  return {
    text,
    blocks: [
      section(`${code(fileName)} as ${bold(name)} — ${summary(script)}`),
      ...(converted ? [smallPrint('DOS line endings are converted before it is sent.')] : []),
      ...findings(allFindings(script), shownFindings),
      ...actions(
        button({ label: submitLabel(script), intent }, refusal ? undefined : 'primary'),
        button({ label: 'Dismiss', intent: { do: 'dismiss', script: scriptKey } }),
      ),
    ],
  };
}

/** The label of the button on a script. It warns if Slurm would refuse the script. */
export function submitLabel({ refusals }: Pick<Script, 'refusals'>): string {
  return refusals.length === 0 ? 'Submit…' : 'Submit anyway…';
}

/** The prompt for a file that cannot be submitted. It offers only what would help. */
function impossible({ scriptKey, fileName, script }: PromptProps): Message {
  const intent = { do: 'convert' as const, script: scriptKey };
  const found = impossibilities(script);
  const convertible = found.every(({ kind }) => kind === 'dos');
  const text = `${named(fileName)} cannot be submitted as it is: ${escaped(found[0]?.sentence ?? '')}`;
  return {
    text,
    blocks: [
      section(`${bold(fileName)} cannot be submitted as it is.`),
      ...findings(found, shownFindings),
      ...(convertible
        ? actions(
            button({ label: 'Convert line endings', intent }, 'primary'),
            button({ label: 'Dismiss', intent: { do: 'dismiss', script: scriptKey } }),
          )
        : [smallPrint('Correct the file and share it again.')]),
    ],
  };
}

/** Findings as small print, with their line numbers: all, or the first ones. */
export function findings(list: Finding[], most = list.length): KnownBlock[] {
  const shown = list.slice(0, most).map((finding) => smallPrint(foundLine(finding)));
  const rest = list.length - shown.length;
  return rest > 0 ? [...shown, smallPrint(`And ${rest} more in the form.`)] : shown;
}

function foundLine({ lines, more, sentence }: Finding): string {
  const text = escaped(sentence, 900);
  const numbers = [...lines.map(String), ...(more > 0 ? [`${grouped(more)} more`] : [])];
  const last = numbers.pop();
  if (last === undefined) return text;
  return numbers.length === 0
    ? `Line ${last}: ${text}`
    : `Lines ${numbers.join(', ')} and ${last}: ${text}`;
}

/** Bytes as people read them: `612 bytes`, `1.2 kB`, `1.0 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return count(bytes, 'byte');
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
