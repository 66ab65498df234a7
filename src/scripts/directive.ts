/** A word of a directive, and where it stands in the text: from `start` up to, not including, `end`. */
export interface Word {
  text: string;
  start: number;
  end: number;
}

/** What a directive's text is made of. */
export interface Directive {
  words: Word[];
  /** What sbatch gives up at: a quote that is never closed, or a colon at the beginning of a word. */
  broken: 'quote' | 'colon' | null;
  /** What follows an unquoted `#`; empty where nothing does. */
  comment: string;
  /** Whether a lone backslash ends it. */
  backslash: boolean;
}

const space = /[ \t\v\f\r]*/y;
const backslash = '\\';

/**
 * Takes apart what follows `#SBATCH`, `#PBS` or `#BSUB`, as sbatch does (get_argument in its opt.c): blank space between
 * words, either kind of quotes, a backslash before any character but unquoted blank space, and from an unquoted `#` on
 * a comment.
 */
export function splitDirective(text: string): Directive {
  const words: Word[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    if (text[at] === ':') return { words, broken: 'colon', comment: '', backslash: false };
    const word = nextWord(text, at);
    if (word === null) return { words, broken: 'quote', comment: '', backslash: false };
    // An empty word ("") is the end of the line to sbatch.
    if (word.text === '') break;
    words.push(word);
    at = skipSpace(text, word.end);
  }
  const comment = text[at] === '#' ? text.slice(at + 1) : '';
  return { words, broken: null, comment, backslash: text.trimEnd().endsWith(backslash) };
}

function skipSpace(text: string, at: number): number {
  space.lastIndex = at;
  space.test(text);
  return space.lastIndex;
}

/** Null where a quote is never closed. */
function nextWord(text: string, start: number): Word | null {
  let word = '';
  let quote = '';
  let escaped = false;
  let at = start;
  for (; at < text.length; at += 1) {
    const character = text.charAt(at);
    // Also after a backslash: `a\ b` is two words.
    if (quote === '' && isSpace(character)) break;
    if (escaped) {
      word += character;
      escaped = false;
    } else if (character === backslash) {
      escaped = true;
    } else if (quote !== '') {
      if (character === quote) quote = '';
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
    } else if (character === '#') {
      break;
    } else {
      word += character;
    }
  }
  return quote === '' ? { text: word, start, end: at } : null;
}

function isSpace(character: string): boolean {
  return ' \t\v\f\r'.includes(character);
}

/** A value as a directive can carry it: quoted where sbatch would take it apart otherwise. One line. */
export function quotedValue(value: string): string {
  if (/^[\w.,:%@+/=*^~&|?[\]-]+$/.test(value)) return value;
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
