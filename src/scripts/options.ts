import type { Word } from './directive.ts';
import { nameOfLetter, namesFor, valueOf } from './option-names.ts';

/** A word of a script's directives. */
export interface Argument extends Word {
  /** Its line, from 1. */
  line: number;
}

/** An option of sbatch as a directive gives it. */
export interface Option {
  /** Its long name, also where it was written short: `job-name`. */
  name: string;
  /** Null where it has none. */
  value: string | null;
  /** The word that gave it: `--time=1:00`, `-Jtrain`. */
  written: string;
  line: number;
  /** The words that give it and nothing else, as a piece of that line; null where there is no such piece. */
  piece: { start: number; end: number } | null;
  /** Whether a word of another line became its value. */
  swallowed: boolean;
  /** Whether only some versions of Slurm know the name as it is written. */
  unsure: boolean;
}

/** What getopt_long refuses. */
export interface Refused {
  kind: 'unknown' | 'ambiguous' | 'missing' | 'unwanted value' | 'stray';
  /** The word. */
  written: string;
  /** What it may stand for, of an ambiguous one; the option itself of one with a value too few or too many. */
  names: string[];
  line: number;
}

/**
 * Options among the words of all directives of a job, as getopt_long reads them: lines do not matter to it, so that an
 * option without its value takes the first word of the next line. It stops at the first word that is no option.
 */
export function readOptions(words: readonly Argument[]): {
  options: Option[];
  refused: Refused[];
} {
  const options: Option[] = [];
  const refused: Refused[] = [];
  let at = 0;
  let word: Argument | undefined;

  /** The next word as the value of this option. */
  function take(name: string, own: Argument, alone: boolean, unsure = false): void {
    const value = words[at];
    if (value === undefined) {
      refused.push({ kind: 'missing', written: own.text, names: [name], line: own.line });
      return;
    }
    at += 1;
    const swallowed = value.line !== own.line;
    const piece = alone && !swallowed ? { start: own.start, end: value.end } : null;
    options.push({ ...option(name, value.text, own), piece, swallowed, unsure });
  }

  /** `--name`, `--name=value`, or the beginning of a name. */
  function long(own: Argument): void {
    const equals = own.text.indexOf('=');
    const written = equals === -1 ? own.text.slice(2) : own.text.slice(2, equals);
    const value = equals === -1 ? null : own.text.slice(equals + 1);
    const { fitting, unsure } = namesFor(written);
    const [name] = fitting;
    if (name === undefined || fitting.length > 1) {
      const kind = name === undefined ? 'unknown' : 'ambiguous';
      refused.push({ kind, written: own.text, names: fitting, line: own.line });
      skipValue(equals === -1, own.line);
    } else if (value === null && valueOf(name) === 'needed') {
      take(name, own, true, unsure);
    } else if (value !== null && valueOf(name) === 'none') {
      refused.push({
        kind: 'unwanted value',
        written: own.text,
        names: [name],
        line: own.line,
      });
    } else {
      options.push({ ...option(name, value, own), piece: own, unsure });
    }
  }

  /** One word may hold several: -HJname is -H and -J name. */
  function short(own: Argument): void {
    for (let letter = 1; letter < own.text.length; letter += 1) {
      const name = nameOfLetter(own.text.charAt(letter));
      const rest = own.text.slice(letter + 1);
      if (name === null) {
        refused.push({ kind: 'unknown', written: own.text, names: [], line: own.line });
        skipValue(true, own.line);
        return;
      }
      const wants = valueOf(name);
      if (wants === 'needed' && rest === '') {
        take(name, own, letter === 1);
        return;
      }
      const piece = letter === 1 && (rest === '' || wants !== 'none') ? own : null;
      const value = wants === 'none' || rest === '' ? null : rest;
      options.push({ ...option(name, value, own), piece });
      if (wants !== 'none') return;
    }
  }

  /** What may be the value of an option that sbatch does not have is no stray word of its own. */
  function skipValue(may: boolean, line: number): void {
    const next = words[at];
    if (may && next?.line === line && !next.text.startsWith('-')) at += 1;
  }

  for (word = words[at]; word !== undefined; word = words[at]) {
    at += 1;
    if (word.text === '--' || !/^-./.test(word.text)) {
      const stray = word.text === '--' ? words[at] : word;
      if (stray !== undefined) {
        refused.push({ kind: 'stray', written: stray.text, names: [], line: stray.line });
      }
      break;
    }
    if (word.text.startsWith('--')) long(word);
    else short(word);
  }
  return { options, refused };
}

function option(name: string, value: string | null, { text: written, line }: Argument): Option {
  return { name, value, written, line, piece: null, swallowed: false, unsure: false };
}
