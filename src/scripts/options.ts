import type { Word } from './directive.ts';
import { splitDirective } from './directive.ts';
import { nameOfLetter, namesFor, takesValue } from './option-names.ts';
import { distance } from './suggestions.ts';

/** A word of a script's directives. */
export interface Argument extends Word {
  /** Its line, from 1. */
  line: number;
}

/** An option of sbatch as a directive gives it. */
export interface Option {
  /** Its long name, even if it was written short: `job-name`. */
  name: string;
  /** Null if it has none. */
  value: string | null;
  /** The word that gave it: `--time=1:00`, `-Jtrain`. */
  written: string;
  line: number;
  /** The words that give it and nothing else, as a piece of that line; null if there is no such piece. */
  piece: { start: number; end: number } | null;
  /** True if a word of another line became its value. */
  swallowed: boolean;
  /** True if only some versions of Slurm know the name as it is written. */
  unsure: boolean;
}

/** The problem for which getopt_long refuses it. */
export interface Refused {
  kind: 'unknown' | 'ambiguous' | 'missing' | 'unwanted value' | 'stray';
  /** The word. */
  written: string;
  /**
   * Of an ambiguous name, the options for which it may stand. Of a missing or unwanted value, the option. Of a stray
   * word, the word before it.
   */
  names: string[];
  line: number;
}

/**
 * Reads the words of all directives of a job as getopt_long does: lines do not matter, so an option without a value
 * takes the first word of the next line. It stops at the first word that is not an option.
 */
export function readOptions(words: readonly Argument[]): {
  options: Option[];
  refused: Refused[];
} {
  const reading: Reading = { words, at: 0, options: [], refused: [] };
  for (let word = words[0]; word !== undefined; word = words[reading.at]) {
    reading.at += 1;
    if (word.text === '--' || !/^-./.test(word.text)) {
      const stray = word.text === '--' ? words[reading.at] : word;
      if (stray !== undefined) refuse(reading, 'stray', stray, before(reading));
      break;
    }
    if (word.text.startsWith('--')) readLong(reading, word);
    else readLetters(reading, word);
  }
  return { options: reading.options, refused: reading.refused };
}

/** The word before the present one, which hints at what was meant. */
function before({ words, at }: Reading): string[] {
  const word = words[at - 2];
  return word === undefined || word.line !== words[at - 1]?.line ? [] : [word.text];
}

interface Reading {
  words: readonly Argument[];
  /** The next word. */
  at: number;
  options: Option[];
  refused: Refused[];
}

/** `--name`, `--name=value`, or the beginning of a name. */
function readLong(reading: Reading, word: Argument): void {
  const equals = word.text.indexOf('=');
  const written = equals === -1 ? word.text.slice(2) : word.text.slice(2, equals);
  const value = equals === -1 ? null : word.text.slice(equals + 1);
  const { fitting, unsure } = namesFor(written);
  const [name] = fitting;
  if (name === undefined || fitting.length > 1) {
    refuse(reading, name === undefined ? 'unknown' : 'ambiguous', word, fitting);
    if (value === null) skipValue(reading, word);
    return;
  }
  const takes = takesValue(name);
  if (value === null && takes === 'needed') {
    takeNext(reading, name, { word, alone: true, unsure });
  } else if (value !== null && takes === 'none') {
    refuse(reading, 'unwanted value', word, [name]);
  } else {
    reading.options.push({ ...option(name, value, word), piece: word, unsure });
  }
}

/** One word may hold several: -HJname is -H and -J name. */
function readLetters(reading: Reading, word: Argument): void {
  for (let at = 1; at < word.text.length; at += 1) {
    const name = nameOfLetter(word.text.charAt(at));
    if (name === null) {
      refuse(reading, 'unknown', word);
      skipValue(reading, word);
      return;
    }
    const rest = word.text.slice(at + 1);
    const takes = takesValue(name);
    if (takes === 'needed' && rest === '') {
      takeNext(reading, name, { word, alone: at === 1, unsure: false });
      return;
    }
    const isAll = takes !== 'none' || rest === '';
    const value = takes === 'none' || rest === '' ? null : rest;
    const piece = at === 1 && isAll ? word : null;
    reading.options.push({ ...option(name, value, word), piece });
    if (takes !== 'none') return;
  }
}

/** Takes the next word as the value of this option. */
function takeNext(
  reading: Reading,
  name: string,
  { word, alone, unsure }: { word: Argument; alone: boolean; unsure: boolean },
): void {
  const value = reading.words[reading.at];
  if (value === undefined) {
    refuse(reading, 'missing', word, [name]);
    return;
  }
  reading.at += 1;
  const swallowed = value.line !== word.line;
  const piece = alone && !swallowed ? { start: word.start, end: value.end } : null;
  reading.options.push({ ...option(name, value.text, word), piece, swallowed, unsure });
}

/** Skips the likely value of an option that sbatch does not have, so that it is not reported as a stray word. */
function skipValue(reading: Reading, { line }: Argument): void {
  const next = reading.words[reading.at];
  if (next?.line === line && !next.text.startsWith('-')) reading.at += 1;
}

function refuse(
  { refused }: Reading,
  kind: Refused['kind'],
  { text: written, line }: Argument,
  names: string[] = [],
): void {
  refused.push({ kind, written, names, line });
}

function option(name: string, value: string | null, { text: written, line }: Argument): Option {
  return { name, value, written, line, piece: null, swallowed: false, unsure: false };
}

/**
 * `  #SBATCH -t 5`, `# SBATCH -t 5`, `#sbatch -t 5`, and misspelled ones; not `##SBATCH` and `#xSBATCH`, which switch a
 * line off, nor a call of sbatch.
 */
const nearly = /^\s*#\s*(SBATCH|(?<=#)(?:sbatch|Sbatch|SBatch|SBATHC|S\w{3,5}H))\s*(-.*)$/;
/** Two letters that changed places are two changes. */
const swapped = /^(?:SBACTH|SBTACH|SABTCH|SBATHC)$/;

/**
 * The options of a comment that was most likely meant as a directive, because it consists of options that Slurm knows.
 * Null for any other comment.
 */
export function lookalikeOptions(text: string): string[] | null {
  const [, mark = '', rest] = nearly.exec(text) ?? [];
  if (rest === undefined) return null;
  if (distance(mark.toUpperCase(), 'SBATCH') > (swapped.test(mark) ? 2 : 1)) return null;
  const { words, broken } = splitDirective(rest);
  const { options, refused } = readOptions(words.map((word) => ({ ...word, line: 1 })));
  if (broken !== null || refused.length > 0 || options.length === 0) return null;
  return options.map(({ name }) => name);
}

/** Why such a comment does not count. */
export function whyIgnored(text: string): string {
  return /^\s+#SBATCH/.test(text)
    ? 'Blank space stands before #SBATCH, so Slurm ignores the line.'
    : 'Slurm ignores the line: only one that begins with exactly #SBATCH counts.';
}
