import type { Button, KnownBlock, SectionBlock } from '@slack/types';
import { allFindings, impossibilities } from '../scripts/script.ts';
import { summary } from './asked.ts';
import { actions, button, type Message, say, section, smallPrint } from './message.ts';
import { findings, type PromptProps, prompt, submitLabel } from './script-prompt.ts';
import { bold, code, count, escaped, link, named, when } from './text.ts';

/** A submission of a script, as its prompt shows it to everyone. */
export interface PromptedJob {
  /** Whether the cluster refused it. */
  handOver: 'not refused' | 'perhaps' | 'refused';
  name: string;
  /** Empty until it is known. */
  slurmId: string;
  /** Slack id of the person who submitted it. */
  by: string;
  at: Date;
  /** The address of its card in Slack; null until the card is posted. */
  card: string | null;
}

/** One script of a message, as its prompt shows it. */
export type PromptPart = { scriptKey: string; fileName: string } & (
  | ({ is: 'read' } & PromptProps)
  /** `sentence` is mrkdwn. */
  | { is: 'unread'; sentence: string }
  | { is: 'gone' }
  | { is: 'submitted'; jobs: PromptedJob[]; converted: boolean; gone: boolean }
);

/**
 * The prompt of a message, with one part per script. If it is `dismissed`, scripts that were not submitted are not
 * shown.
 */
export function wholePrompt(parts: PromptPart[], dismissed = false): Message {
  const shown = dismissed ? parts.filter(({ is }) => is === 'submitted') : parts;
  const [only, ...others] = shown;
  if (only === undefined) return say('Put away.');
  if (others.length === 0) return alone(only);
  const away = { label: 'Dismiss', intent: { do: 'dismiss' as const, script: only.scriptKey } };
  const isSubmitted = shown.some(({ is }) => is === 'submitted');
  return {
    text: shown.map((part) => announced(part)).join('\n'),
    blocks: [...shown.flatMap(row), ...(isSubmitted ? [] : actions(button(away)))],
  };
}

function alone(part: PromptPart): Message {
  if (part.is === 'read') return prompt(part);
  if (part.is !== 'submitted') return say(announced(part));
  const again = part.gone ? [] : actions(submitButton(part));
  return { text: announced(part), blocks: [...history(part).map(section), ...again] };
}

/** What a notification says about one script. */
function announced(part: PromptPart): string {
  if (part.is === 'read') return prompt(part).text;
  if (part.is === 'gone') return `${named(part.fileName)} was deleted.`;
  return part.is === 'unread' ? part.sentence : history(part).join('\n');
}

/** How many jobs are named. The form names the newest again. */
const MOST_JOBS = 3;
/** Slack takes 4,000 characters for the text of ten scripts. */
const LONGEST_NAME = 60;

function history({ fileName, jobs }: Extract<PromptPart, { is: 'submitted' }>): string[] {
  const told = jobs.slice(0, MOST_JOBS).toReversed();
  const earlier = jobs.length - told.length;
  const file = code(fileName, LONGEST_NAME);
  return [
    ...(earlier > 0 ? [`${file} was submitted ${count(earlier, 'time')} before.`] : []),
    ...told.map((job) => `${marks[job.handOver]} ${file} → ${jobWords(job)}`),
  ];
}

const marks = { 'not refused': '✔', perhaps: '⚠️', refused: '⚠️' };
const outcomes = {
  'not refused': '',
  perhaps: ', perhaps not submitted',
  refused: ', not submitted',
};

function jobWords({ name, slurmId, by, at, card, handOver }: PromptedJob): string {
  const id = slurmId === '' ? outcomes[handOver] : `, job ${named(slurmId, 30)}`;
  const where = card === null ? '' : ` (${link(card, 'card')})`;
  return `${bold(name, LONGEST_NAME)}${id}${where}, by <@${by}> · ${when(at)}`;
}

/** One of several scripts, and its button. */
function row(part: PromptPart): KnownBlock[] {
  if (part.is === 'submitted') {
    const told = history(part);
    const last = part.gone ? null : submitButton(part);
    return told.map((line, index) => withButton(line, index + 1 < told.length ? null : last));
  }
  if (part.is !== 'read') return [section(announced(part))];
  const { fileName, name, script } = part;
  const wrong = impossibilities(script);
  const [first] = wrong;
  if (first === undefined) {
    const said = `${code(fileName)} as ${bold(name)} — ${summary(script)}`;
    return [
      withButton(said, submitButton(part)),
      ...(part.converted ? [smallPrint('DOS line endings are converted before it is sent.')] : []),
      ...findings(allFindings(script), 1),
    ];
  }
  const intent = { do: 'convert' as const, script: part.scriptKey };
  const convert = button({ label: 'Convert line endings', intent });
  const said = `${code(fileName)} cannot be submitted as it is: ${escaped(first.sentence, 400)}`;
  return [withButton(said, wrong.every(({ kind }) => kind === 'dos') ? convert : null)];
}

function submitButton(part: Extract<PromptPart, { converted: boolean }>): Button {
  const { scriptKey: script, converted: convert } = part;
  const first = part.is === 'read' ? submitLabel(part.script) : null;
  const label = first ?? 'Submit again…';
  return button({ label, intent: { do: 'submit', script, convert, seenBy: null } });
}

function withButton(said: string, accessory: Button | null): SectionBlock {
  return { ...section(said), ...(accessory !== null && { accessory }) };
}
