import { listingProblem } from './listing-name.ts';
import type { Option } from './options.ts';
import { quoted } from './quoted.ts';
import { hasInvisible, isPlaceholder } from './value-suggestions.ts';
import { megabytes, timeLimit } from './values.ts';

/** Something that Slurm, FirecREST or Waldur does although the author of this directive may not have meant it. */
interface Warning {
  kind: string;
  sentence: string;
}

/** Warnings about one option that Slurm takes. `note` is the comment beside it. */
export function optionWarnings(option: Option, note: string): Warning[] {
  return [
    ...swallowed(option),
    ...singleDash(option),
    ...unwanted(option),
    ...limit(option, note),
    ...memory(option, note),
    ...text(option),
    ...jobName(option),
  ];
}

function swallowed({ name, value, swallowed: isSwallowed }: Option): Warning[] {
  if (!isSwallowed) return [];
  const sentence = `--${name} has no value on its line, so Slurm takes ${quoted(value ?? '')} from the next for it.`;
  return [{ kind: 'swallowed', sentence }];
}

/** `-J=x` is -J with the value "=x"; -output=x is -o with the value "utput=x". */
function singleDash({ name, value, written }: Option): Warning[] {
  const [, word = '', rest = ''] = /^-([A-Za-z][\w-]*)=(.*)$/s.exec(written) ?? [];
  if (word === '' || (word.length > 1 && word !== name)) return [];
  const right = quoted(`--${name}=${rest}`);
  const sentence = `${quoted(written)} has a single dash, so Slurm takes "${quoted(value ?? '')}" for the value of --${name}. Write ${right}.`;
  return [{ kind: 'single dash', sentence }];
}

const unwantedOptions = new Map([
  [
    'parsable',
    '--parsable hides the Slurm job id from Waldur, so nobody can follow the job. Leave it out.',
  ],
  [
    'wait',
    '--wait makes Waldur wait until the job has ended before it hands over any other. Leave it out.',
  ],
]);

function unwanted({ name }: Option): Warning[] {
  const sentence = unwantedOptions.get(name);
  return sentence === undefined ? [] : [{ kind: name, sentence }];
}

function limit({ name, value, written }: Option, note: string): Warning[] {
  if (name !== 'time' || value === null) return [];
  const minutes = timeLimit(value)?.minutes;
  const given = quoted(written.includes(value) ? written : `--time=${value}`);
  if (minutes === 'none' && !/[a-z]|^-1$/i.test(value)) {
    const sentence = `${given} asks for no time limit; where the partition has one, the job waits for ever.`;
    return [{ kind: 'no limit', sentence }];
  }
  if (typeof minutes !== 'number' || !/^\d+:\d+$/.test(value)) return [];
  if (minutes >= 2 && !saysOtherwise(note, minutes)) return [];
  const sentence = `${given} means ${minutes} min. For hours write ${quoted(`${value}:00`)}.`;
  return [{ kind: 'minutes', sentence }];
}

/** True if a comment speaks of hours, days or hh:mm where Slurm takes minutes. */
function saysOtherwise(note: string, minutes: number): boolean {
  if (/\bh{1,2}:m{1,2}\b(?!:)/i.test(note)) return true;
  const [, count = '', unit = ''] =
    /(\d{1,5}(?:\.\d{1,3})?)[ -]?(hours?|hrs?|h|days?|d)\b/i.exec(note.slice(0, 200)) ?? [];
  const told = Number(count) * (/^d/i.test(unit) ? 24 * 60 : 60);
  return told > 0 && told !== minutes;
}

/** A smaller number without a unit was probably not meant as MB. */
const least: Record<string, number> = { mem: 1000, 'mem-per-cpu': 64, 'mem-per-gpu': 64 };

function memory({ name, value, written }: Option, note: string): Warning[] {
  const below = least[name];
  if (below === undefined || value === null || !/^\d+$/.test(value)) return [];
  const amount = megabytes(value) ?? 0;
  // The author of a comment about megabytes knows the unit.
  if (amount === 0 || amount >= below || /\dM|\bM(i?B)?\b|mega/i.test(note)) return [];
  const given = quoted(written.includes(value) ? written : `--${name}=${value}`);
  return [{ kind: 'megabytes', sentence: `${given} means ${amount} MB. Did you mean ${amount}G?` }];
}

/** Values that are free text: people may write anything there, and Slurm takes it as it is. */
const free: ReadonlySet<string> = new Set(['comment', 'extra', 'wrap', 'export', 'licenses']);
/** Brackets mean something in these. */
const bracketed: ReadonlySet<string> = new Set(['constraint', 'prefer', 'nodelist', 'exclude']);

/** Parts of a value that Slurm takes as text although they look like something else. */
function text({ name, value, written }: Option): Warning[] {
  if (value === null || free.has(name)) return [];
  const given = quoted(written.includes(value) ? written : `--${name}=${value}`);
  const found: Warning[] = [];
  if (/\$[A-Za-z_{(]/.test(value)) {
    const sentence = `Slurm does not replace variables in directives: ${given} is taken as it is written.`;
    found.push({ kind: 'variable', sentence });
  }
  if (/[\u2018-\u201f\u00ab\u00bb]/.test(value)) {
    const sentence = `The typographic quotes in ${given} become part of the value. Write plain ones.`;
    found.push({ kind: 'smart quotes', sentence });
  }
  if (isPlaceholder(value) && !(bracketed.has(name) && value.startsWith('['))) {
    found.push({
      kind: 'placeholder',
      sentence: `${given} looks like a placeholder that was not replaced.`,
    });
  }
  if (hasInvisible(value)) {
    const sentence = `There is a blank character in ${given} that Slurm takes as part of the value. Write a plain space, or nothing.`;
    found.push({ kind: 'invisible', sentence });
  }
  return found;
}

function jobName({ name, value }: Option): Warning[] {
  const problem = name === 'job-name' && value !== null ? listingProblem(value) : null;
  return problem === null ? [] : [{ kind: 'job name', sentence: problem }];
}
