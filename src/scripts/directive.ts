/** A word of a directive: plain characters, escaped ones, and quoted parts, without blank space between. */
const wordPattern = /(?:[^ \t\v\f\r#"'\\]|\\.|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')+/suy;
const space = /[ \t\v\f\r]*/y;

/**
 * Words of what follows `#SBATCH` or `#PBS`, as sbatch takes a directive apart (its get_argument): blank space
 * between words, either kind of quotes, a backslash before any character, and from an unquoted `#` on a comment.
 * `unmatched` says that a quote is never closed, at which sbatch gives up.
 */
export function splitDirective(text: string): { words: string[]; unmatched: boolean } {
  const words: string[] = [];
  let at = end(space, text, 0);
  while (at < text.length) {
    const after = end(wordPattern, text, at);
    const word = unquote(text.slice(at, after));
    // At a comment, an open quote, or an empty word, which sbatch cannot tell from the end of the line.
    if (word === '') return { words, unmatched: after === at && /["']/.test(text.charAt(at)) };
    words.push(word);
    at = end(space, text, after);
  }
  return { words, unmatched: false };
}

/** Where the match of a sticky pattern at this place ends; the place itself where there is none. */
function end(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function unquote(word: string): string {
  const part = /\\(.)|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'/gsu;
  return word.replace(part, (_all, escaped?: string, double?: string, single?: string) => {
    return escaped ?? (double ?? single ?? '').replace(/\\(.)/gsu, '$1');
  });
}
