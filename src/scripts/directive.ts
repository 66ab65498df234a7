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
  /** What follows an unquoted `#`; empty if nothing does. */
  comment: string;
  /** True if a lone backslash ends it. */
  backslash: boolean;
}

const space = /[ \t\v\f\r]*/y;
/** Plain characters, escaped ones, and quoted parts. A backslash does not keep blank space: `a\ b` is two words. */
const wordPattern =
  /(?:[^ \t\v\f\r#"'\\]|\\[^ \t\v\f\r]|\\(?=[ \t\v\f\r]|$)|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')+/suy;

/**
 * Takes apart what follows `#SBATCH`, `#PBS` or `#BSUB`, as sbatch does (get_argument in its opt.c): blank space between
 * words, either kind of quotes, a backslash before any character but unquoted blank space, and from an unquoted `#` on
 * a comment.
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

/** Where the match of a sticky pattern at this place ends; the place itself where there is none. */
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

/** A value as a directive can carry it: quoted where sbatch would take it apart otherwise. One line. */
export function quotedValue(value: string): string {
  if (/^[\w.,:%@+/=*^~&|?[\]-]+$/.test(value)) return value;
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
