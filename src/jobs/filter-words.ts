/** A piece of a filter as typed: `train`, `"two words"`, `project:bio`, `project:"two words"`. */
export interface FilterWord {
  /** What stands before the colon; null for a plain word. */
  key: string | null;
  value: string;
  quoted: boolean;
}

/** Phones and word processors make typographic quotes of the plain ones. */
const pattern = /(?:([A-Za-z][\w-]*):)?(?:(["“”„])((?:\\.|[^"“”„\\])*)["“”„]?|(\S+))/gsu;
/** A key without a value. */
const alone = /^([A-Za-z][\w-]*):$/;

/** Splits a filter into its pieces. In quotes, a backslash keeps the next character as it is. */
export function splitWords(text: string): FilterWord[] {
  return [...text.matchAll(pattern)].map(([, key, quote, inner = '', bare = '']) => {
    if (quote !== undefined) {
      return { key: key ?? null, value: inner.replace(/\\(.)/gsu, '$1'), quoted: true };
    }
    const name = alone.exec(bare)?.[1];
    return name === undefined
      ? { key: key ?? null, value: bare, quoted: false }
      : { key: name, value: '', quoted: false };
  });
}

/** A word as `splitWords` reads it back as plain text: in quotes where it has to be, or is told to. */
export function quoteWord(word: string, always = false): string {
  const plain = /^[^\s"“”„]\S*$/su.test(word) && !/^[A-Za-z][\w-]*:/.test(word);
  return plain && !always ? word : `"${word.replace(/["“”„\\]/gu, '\\$&')}"`;
}
