import { fullName, isFlag, isOption, nameOfLetter } from './option-names.ts';

/** An option of sbatch as a directive gives it. */
export interface Option {
  /** Its long name, also where it was written short: `job-name`. */
  name: string;
  /** Null where it has none. */
  value: string | null;
  /** The word that gave it: `--time=1:00`, `-Jtrain`. */
  written: string;
}

/**
 * Options among the words of a directive, as getopt_long reads them: it stops at the first word that is no
 * option (`stray`), at which Slurm refuses the script.
 */
export function readOptions(words: readonly string[]): { options: Option[]; stray: string | null } {
  const left = [...words];
  const options: Option[] = [];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === '--') return { options, stray: left[0] ?? null };
    if (!/^-./.test(word)) return { options, stray: word };
    options.push(...(word.startsWith('--') ? [long(word, left)] : short(word, left)));
  }
  return { options, stray: null };
}

function long(word: string, left: string[]): Option {
  const equals = word.indexOf('=');
  const name = fullName(equals === -1 ? word.slice(2) : word.slice(2, equals));
  if (equals !== -1) return { name, value: word.slice(equals + 1), written: word };
  return { name, value: isFlag(name) ? null : next(name, left), written: word };
}

/** One word may hold several: -HJname is -H and -J name. */
function short(word: string, left: string[]): Option[] {
  const options: Option[] = [];
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    const name = nameOfLetter(letter);
    if (!isFlag(name)) {
      const value = word.slice(at + 1) || next(name, left);
      return [...options, { name, value, written: word }];
    }
    options.push({ name, value: null, written: word });
  }
  return options;
}

/** The next word is the value; after an option that sbatch does not have only if it cannot be an option. */
function next(name: string, left: string[]): string | null {
  return isOption(name) || left[0]?.startsWith('-') === false ? (left.shift() ?? null) : null;
}
