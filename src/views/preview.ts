import type { KnownBlock } from '@slack/types';
import { allFindings, HEAD_CHARACTERS, type Script } from '../scripts/script.ts';
import { summary } from './asked.ts';
import { section, smallPrint } from './message.ts';
import { findings, size } from './script-prompt.ts';
import { bold, codeBlock, count, grouped, inBlock, link } from './text.ts';

/** A script in front of the person who is about to submit it. */
export interface Source {
  fileName: string;
  script: Script;
  /** Slack's page of the file; null if Slack names none. */
  permalink: string | null;
}

/** Leaves room for the fences in the 3,000 characters of a paragraph. */
const LONGEST_CODE = 2900;

/**
 * The script that is going to run: its beginning, and how much of it is not shown.
 * @param foreign whose it is, where that is not the person who submits: Slack id, or empty for somebody known to Waldur
 */
export function preview(source: Source, foreign: string | null): KnownBlock[] {
  const { fileName, script } = source;
  const shown = fitting(script.head);
  return [
    ...(foreign === null ? [] : [section(`${whose(foreign)} It will run as you.`)]),
    section(`${bold(fileName)} · ${size(script.bytes)} · ${summary(script)}`),
    section(codeBlock(shown.join('\n'), LONGEST_CODE)),
    ...notShown(source, shown),
    ...(foreign === null || script.longLines === 0 ? [] : [section(hidden(script.longLines))]),
    ...findings(allFindings(script)),
  ];
}

function whose(foreign: string): string {
  return foreign === ''
    ? 'This is Waldur’s copy of a script that you didn’t submit with me.'
    : `Shared by <@${foreign}>.`;
}

/** As many of the first lines as fit completely. */
function fitting(head: string[]): string[] {
  let left = LONGEST_CODE;
  const end = head.findIndex((line) => {
    left -= inBlock(line).length + 1;
    return left < 0;
  });
  return end === -1 ? head : head.slice(0, end);
}

function notShown({ script, permalink }: Source, shown: string[]): KnownBlock[] {
  const more = script.lines - shown.length;
  const cut = shown.filter((line) => [...line].length > HEAD_CHARACTERS).length;
  const long = script.longLines - cut;
  const parts = [
    ...(cut === 0 ? [] : [`${count(cut, 'line')} above ${are(cut)} longer than shown here.`]),
    ...(more === 0 ? [] : [`${count(more, 'more line')}${long === 0 ? '' : longer(long)}.`]),
  ];
  if (parts.length === 0) return [];
  const whole = permalink === null ? [] : [`Read ${link(permalink, 'the whole file')}.`];
  return [smallPrint([...parts, ...whole].join(' '))];
}

function longer(lines: number): string {
  return `, ${grouped(lines)} of them longer than shown here`;
}

/** People who want something run in another person's name put it where nobody looks. */
function hidden(lines: number): string {
  return `Read the whole file first: ${count(lines, 'line')} ${are(lines)} longer than what is shown here, and a command may stand at the end of such a line.`;
}

function are(lines: number): string {
  return lines === 1 ? 'is' : 'are';
}
