import type { KnownBlock } from '@slack/types';
import { cut } from '../jobs/cut.ts';
import type { Changeable, ChangedLine } from '../scripts/changes.ts';
import { HEAD_CHARACTERS } from '../scripts/script.ts';
import { plain, section } from './message.ts';
import { codeBlock } from './text.ts';

/** More than a value of any of these options has. */
const LONGEST_VALUE = 40;

/** The option that a form asks for. */
export interface MoreField {
  option: Changeable;
  /** As it stands in the script that is shown; empty if the script asks for none. */
  value: string;
}

const labels: Record<Changeable, string> = {
  mem: 'Memory',
  'mem-per-cpu': 'Memory per CPU',
  'mem-per-gpu': 'Memory per GPU',
  time: 'Time limit',
};

/** The field for what a job ran out of. */
export function moreInput({ option, value }: MoreField): KnownBlock {
  const isTime = option === 'time';
  const example = isTime ? '12:00:00' : '16G';
  const none = `It asked for ${isTime ? 'no time limit' : 'no memory'}, so it got the cluster’s default. Write for instance ${example}.`;
  return {
    type: 'input',
    block_id: 'more',
    optional: true,
    label: plain(labels[option]),
    hint: plain(value === '' ? none : 'Twice what it had, unless you change it. Empty: as it was.'),
    element: {
      type: 'plain_text_input',
      action_id: 'more',
      max_length: LONGEST_VALUE,
      ...(value !== '' && { initial_value: value }),
    },
  };
}

/** The lines of a script that were changed, as a diff. */
export function diff(changed: ChangedLine[]): KnownBlock[] {
  if (changed.length === 0) return [];
  const rows = changed.flatMap(({ line, before, after }) => [
    ...(before === null ? [] : [row(line, '-', before)]),
    row(line, '+', after),
  ]);
  return [section('I change this in the script:'), section(codeBlock(rows.join('\n')))];
}

function row(line: number, sign: string, text: string): string {
  return `${line} ${sign} ${cut(text, HEAD_CHARACTERS)}`;
}
