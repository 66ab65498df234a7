/** A word of a directive, and its place in the text: from `start` to before `end`. */
export interface Word {
  text: string;
  start: number;
  end: number;
}

/** The parts of a directive's text. */
export interface Directive {
  words: Word[];
  /** The reason why sbatch gives up: a quote that is never closed, or a colon at the beginning of a word. */
  broken: 'quote' | 'colon' | null;
  /** The text after an unquoted `#`; empty if there is none. */
  comment: string;
  /** True if a lone backslash ends it. */
  backslash: boolean;
}

const space = /[ \t\v\f\r]*/y;
/** Plain characters, escaped ones, and quoted parts. A backslash does not keep blank space: `a\ b` is two words. */
const wordPattern =
  /(?:[^ \t\v\f\r#"'\\]|\\[^ \t\v\f\r]|\\(?=[ \t\v\f\r]|$)|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')+/suy;

/**
 * Splits what follows `#SBATCH`, `#PBS` or `#BSUB` as sbatch does (get_argument in its opt.c): blank space separates
 * words, both kinds of quotes count, a backslash escapes any character but unquoted blank space, and an unquoted `#`
 * begins a comment.
 */
export function splitDirective(text: string): Directive {
  const words: Word[] = [];
  let at = end(space, text, 0);
  while (at < text.length) {
    if (text[at] === ':') return { words, broken: 'colon', comment: '', backslash: false };
    const after = end(wordPattern, text, at);
    if (/["']/.test(text.charAt(after))) {
      return { words, broken: 'quote', comment: '', backslash: false };
    }
    const word = unquote(text.slice(at, after));
    // An empty word ("") is the end of the line to sbatch.
    if (word === '') break;
    words.push({ text: word, start: at, end: after });
    at = end(space, text, after);
  }
  const comment = text[at] === '#' ? text.slice(at + 1) : '';
  return { words, broken: null, comment, backslash: text.trimEnd().endsWith('\\') };
}

/** The end of a sticky pattern's match at this place; the place itself if there is no match. */
function end(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function unquote(word: string): string {
  const part = /\\(.?)|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'/gsu;
  return word.replace(part, (_all, escaped?: string, double?: string, single?: string) => {
    return escaped ?? (double ?? single ?? '').replace(/\\(.)/gsu, '$1');
  });
}

/** A one-line value written for a directive, in quotes if sbatch would split it otherwise. */
export function quotedValue(value: string): string {
  if (/^[\w.,:%@+/=*^~&|?[\]-]+$/.test(value)) return value;
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
