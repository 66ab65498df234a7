import type { Cursor } from '../api/paging.ts';
import { type Filter, formatFilter, parseFilter } from '../jobs/filter.ts';
import { Problem } from '../jobs/problem.ts';

/** What a list is asked for: by a person, or by one of its own buttons. */
export interface Wish {
  filter: Filter;
  /** Where Newer, Older and Search further go on. */
  move: { direction: 'older' | 'newer'; cursor: Cursor } | null;
  /** Whether the page is for everyone in the channel. */
  post: boolean;
}

/** The end of what a button stands for: `--older <uuid>@<created, ms>@<rank>` and `--post`. */
const moveOption = /(?:^|\s)--(older|newer) ([0-9a-f]{32})@(\d+)@(\d+)$/;
const postOption = /(?:^|\s)--post$/;

/**
 * Reads a wish.
 * @throws Problem when the filter cannot be understood
 */
export function parseWish(args: string): Wish {
  const post = postOption.test(args);
  const rest = args.replace(postOption, '');
  const match = moveOption.exec(rest);
  const parsed = parseFilter(rest.replace(moveOption, ''));
  if ('problem' in parsed) throw new Problem(parsed.problem);
  return { filter: parsed.filter, move: match === null ? null : moveOf(match), post };
}

function moveOf([, direction, uuid = '', created, rank]: RegExpExecArray): Wish['move'] {
  return {
    direction: direction === 'newer' ? 'newer' : 'older',
    cursor: { uuid, created: new Date(Number(created)), rank: Number(rank) },
  };
}

/** The command that a button of the list stands for: parseWish reads what follows its first word. */
export function formatWish({ filter, move, post }: Wish): string {
  const { uuid, created, rank } = move?.cursor ?? {};
  return [
    'list',
    formatFilter(filter),
    ...(move === null ? [] : [`--${move.direction} ${uuid}@${created?.getTime()}@${rank}`]),
    ...(post ? ['--post'] : []),
  ]
    .filter((part) => part !== '')
    .join(' ');
}
