import type { KnownBlock } from '@slack/types';
import type { Finding, Script } from '../scripts/script.ts';
import { actions, button, type Message, say, section, smallPrint } from './message.ts';
import { bold, code, count, escaped, named } from './text.ts';

/** A script that someone shared and the bot has read. */
export interface PromptProps {
  /** Names the script (store/scripts.ts). */
  scriptKey: string;
  fileName: string;
  /** The name the job would get. */
  name: string;
  script: Script;
  /** Whether line endings have been converted. */
  converted: boolean;
}

/** The bot's answer to a script: what it read, and what can be done. */
export function prompt(props: PromptProps): Message {
  return props.script.refusals.length === 0 ? ready(props) : refused(props);
}

function ready({ scriptKey, fileName, name, script, converted }: PromptProps): Message {
  const intent = { do: 'submit' as const, script: scriptKey, convert: converted, seenBy: null };
  return {
    text: `${named(fileName)} is ready to submit as "${named(name)}"`,
    blocks: [
      section(`${bold(fileName)} · ${size(script.bytes)} · job name ${code(name)}`),
      ...asks(script),
      ...(converted ? [smallPrint('DOS line endings are converted before it is sent.')] : []),
      ...findings(script.warnings),
      ...actions(
        button({ label: 'Submit…', intent }, 'primary'),
        button({ label: 'Dismiss', intent: { do: 'dismiss', script: scriptKey } }),
      ),
    ],
  };
}

function refused({ scriptKey, fileName, script }: PromptProps): Message {
  const intent = { do: 'convert' as const, script: scriptKey };
  const convertible = script.refusals.every(({ kind }) => kind === 'dos');
  const text = `${named(fileName)} cannot be submitted as it is: ${escaped(script.refusals[0]?.sentence ?? '')}`;
  return {
    text,
    blocks: [
      section(`${bold(fileName)} cannot be submitted as it is.`),
      ...findings(script.refusals),
      ...(convertible
        ? actions(
            button({ label: 'Convert line endings', intent }, 'primary'),
            button({ label: 'Dismiss', intent: { do: 'dismiss', script: scriptKey } }),
          )
        : [smallPrint('Correct the file and share it again.')]),
    ],
  };
}

/** What stands where the prompt was after *Dismiss*. */
export function dismissed(fileName: string): Message {
  return say(`${named(fileName)} was not submitted.`);
}

/** Findings as small print, with their line numbers. */
export function findings(list: Finding[]): KnownBlock[] {
  const shown = list.slice(0, 8).map((finding) => smallPrint(found(finding)));
  const rest = list.length - shown.length;
  return rest > 0 ? [...shown, smallPrint(`And ${count(rest, 'more finding')}.`)] : shown;
}

function found({ line: number, sentence }: Finding): string {
  const text = escaped(sentence, 400);
  return number === null ? text : `Line ${number}: ${text}`;
}

/** "gpu partition · 1 node · 4 h limit · 32 GB", from what the script asks for. */
function asks({ options }: Script): KnownBlock[] {
  const { partition, nodes, time, mem, gres, array } = options;
  const parts = [
    partition && `${named(partition, 60)} partition`,
    nodes && (/^\d+$/.test(nodes) ? count(Number(nodes), 'node') : `${named(nodes, 60)} nodes`),
    time && `time limit ${named(time, 60)}`,
    mem && `memory ${named(mem, 60)}`,
    gres && named(gres, 60),
    array && `array ${named(array, 60)}`,
  ].filter((part): part is string => part !== undefined && part !== '');
  return parts.length === 0 ? [] : [smallPrint(parts.join(' · '))];
}

/** Bytes as people read them: `612 bytes`, `1.2 kB`, `1.0 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return count(bytes, 'byte');
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
