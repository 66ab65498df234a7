import { withOption } from './rewrite.ts';
import { megabytes, timeLimit } from './values.ts';

/** The options that are changed in a script before it is sent. */
export const changeable = ['mem', 'mem-per-cpu', 'mem-per-gpu', 'time'] as const;
export type Changeable = (typeof changeable)[number];

/** Another value for an option of a script. */
export interface Change {
  option: Changeable;
  value: string;
}

/** A line of a script that a change has written. */
export interface ChangedLine {
  /** From 1, in the changed script. */
  line: number;
  /** As it was; null if there was no such line. */
  before: string | null;
  after: string;
}

/**
 * A script with other values for some options, each of them written into its `#SBATCH` line.
 * @param bytes UTF-8
 * @returns null if one of them cannot be changed (`withOption`)
 */
export function changeScript(
  bytes: Uint8Array,
  changes: readonly Change[],
): { bytes: Buffer; lines: ChangedLine[] } | null {
  const before = Buffer.from(bytes).toString('utf8');
  let after = before;
  for (const { option, value } of changes) {
    const changed = withOption(after, option, value);
    if (changed === null) return null;
    after = changed;
  }
  return { bytes: Buffer.from(after), lines: changedLines(before, after) };
}

/** Changes with later ones, which take the place of earlier ones of the same option; an empty value is none. */
export function withChanges(changes: readonly Change[], later: readonly Change[]): Change[] {
  const kept = changes.filter(({ option }) => later.every((each) => each.option !== option));
  return [...kept, ...later].filter(({ value }) => value !== '');
}

/**
 * The value of an option as sbatch takes it, from what a person writes: `16G`, "16 GB", `9:00:00`, "9 h", "90 min".
 * @returns null if Slurm would refuse it
 */
export function readValue(option: Changeable, written: string): string | null {
  const words = written.trim();
  if (option !== 'time') {
    const value = words.replace(/^(\d+) ?([kmgt])i?b?$/i, (_, number, unit) =>
      `${number}${unit}`.toUpperCase(),
    );
    return megabytes(value) === null ? null : value;
  }
  const [, number = '', unit = ''] = /^(\d+) ?(d|h|min|m)[a-z]*$/i.exec(words) ?? [];
  const value = number === '' ? words : inSlurmsWords(Number(number), unit.toLowerCase());
  return timeLimit(value) === null ? null : value;
}

function inSlurmsWords(number: number, unit: string): string {
  if (unit === 'd') return `${number}-00:00:00`;
  return unit === 'h' ? `${number}:00:00` : String(number);
}

/** Lines that are there instead of others, or besides: a change takes none away. */
function changedLines(before: string, after: string): ChangedLine[] {
  const old = before.split('\n');
  const changed: ChangedLine[] = [];
  let at = 0;
  const lines = after.split('\n');
  let added = lines.length - old.length;
  for (const [index, text] of lines.entries()) {
    if (text === old[at]) at += 1;
    else if (added > 0 && lines.slice(index, index + added + 1).includes(old[at] ?? '')) {
      added -= 1;
      changed.push({ line: index + 1, before: null, after: text });
    } else {
      changed.push({ line: index + 1, before: old[at] ?? null, after: text });
      at += 1;
    }
  }
  return changed;
}
