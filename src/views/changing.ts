import type { KnownBlock } from '@slack/types';
import { cut } from '../jobs/cut.ts';
import type { Changeable, ChangedLine } from '../scripts/changes.ts';
import { HEAD_CHARACTERS } from '../scripts/script.ts';
import { plain, section } from './message.ts';
import { codeBlock, line } from './text.ts';

/** More than a value of any of these options has. */
const LONGEST_VALUE = 40;

/** The option that a form asks for. */
export interface MoreField {
  option: Changeable;
  /** As it is written into the script; empty if it is not changed. */
  value: string;
  /** What the script itself asks for, as written; empty if it asks for none. */
  own: string;
}

const labels: Record<Changeable, string> = {
  mem: 'Memory',
  'mem-per-cpu': 'Memory per CPU',
  'mem-per-gpu': 'Memory per GPU',
  time: 'Time limit',
};

/** The field for what a job ran out of. */
export function moreInput(field: MoreField): KnownBlock {
  const { option, value } = field;
  return {
    type: 'input',
    block_id: 'more',
    optional: true,
    label: plain(labels[option]),
    hint: plain(hint(field)),
    element: {
      type: 'plain_text_input',
      action_id: 'more',
      max_length: LONGEST_VALUE,
      ...(value !== '' && { initial_value: value }),
    },
  };
}

function hint({ option, value, own }: MoreField): string {
  if (value !== '') return 'If you change it, I show you the script once more. Empty: as it was.';
  if (own !== '') return `Empty: as it was, ${line(own, LONGEST_VALUE)}.`;
  const isTime = option === 'time';
  const nothing = isTime ? 'no time limit' : 'no memory';
  const example = isTime ? '12:00:00' : '16G';
  return `It asked for ${nothing}, so it got the cluster’s default. Write for instance ${example}.`;
}

/** The lines of a script that were changed, as a diff. */
export function diff(changed: ChangedLine[]): KnownBlock[] {
  if (changed.length === 0) return [];
  const rows = changed.flatMap(({ line: number, before, after }) => [
    ...(before === null ? [] : [row(number, '-', before)]),
    row(number, '+', after),
  ]);
  return [section('I change this in the script:'), section(codeBlock(rows.join('\n')))];
}

function row(number: number, sign: string, text: string): string {
  return `${number} ${sign} ${cut(text, HEAD_CHARACTERS)}`;
}
