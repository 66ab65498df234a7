/**
 * Finds out if a line is the script's own code, and not inside a here-document that writes another script, a string of
 * several lines, or a Markdown fence. If that cannot be known, the line counts as foreign.
 */
export interface Surroundings {
  /** True if the next line begins in the script's own text. */
  own(): boolean;
  /** Takes the next line; `whole` is true if this is all of it. */
  take(text: string, whole: boolean): void;
}

const shells = /(^|[/\s])(ba|da|k|z|c|tc)?sh\d*(\s|$)/;
const tripleQuoting = /(^|[/\s])(i?python[\d.]*|julia)(\s|$)/;
const others = /(^|[/\s])(perl|Rscript|ruby)[\d.]*(\s|$)/;

/** @param firstLine the script's first line: another language has other strings */
export function createSurroundings(firstLine: string): Surroundings {
  const interpreter = firstLine.slice(0, 200);
  const scanner = tripleQuoting.test(interpreter) ? createTripleQuotes() : createShell();
  const isKnown = [shells, tripleQuoting, others].some((each) => each.test(interpreter));
  let lost = !isKnown;
  let fenced = false;
  return {
    own: () => !lost && !fenced && scanner.own(),
    take(text, whole) {
      if (lost) return;
      if (text.startsWith('```')) fenced = !fenced;
      else scanner.take(text);
      lost = !whole;
    },
  };
}

/** The marks that may begin something: an escape, a quote, a here-document, a comment, arithmetic. */
const shellMark = /[\\'"<]|(?:^|[\s;&|()])#|\(\(/g;
const hereDocument = /<<(-?)[ \t]*(?:'([^']+)'|"([^"]+)"|\\?([A-Za-z_][\w.-]*))/y;

function createShell() {
  let quote = '';
  /** Here-documents that have not ended yet. */
  const ends: { word: string; tabs: boolean }[] = [];
  let inDocument = false;

  /** Where to go on after the next mark. */
  function step(text: string, from: number): number {
    shellMark.lastIndex = from;
    const found = shellMark.exec(text);
    const mark = found?.[0] ?? '#';
    const at = found?.index ?? 0;
    if (mark.endsWith('#')) return text.length;
    if (mark === '\\') return at + 2;
    if (mark === '<') return afterLess(text, at);
    // In arithmetic, << is no here-document.
    if (mark === '((') return endOf(text, at, { mark: '))', escapes: false });
    quote = mark;
    return afterQuote(text, at + 1, text[at - 1] === '$');
  }

  function afterLess(text: string, at: number): number {
    if (text.startsWith('<<<', at)) return at + 3;
    hereDocument.lastIndex = at;
    const [all = '<', tabs = '', ...words] = hereDocument.exec(text) ?? [];
    const word = words.find((each) => each !== undefined);
    if (word !== undefined) ends.push({ word, tabs: tabs !== '' });
    return at + all.length;
  }

  /** Returns the length of the text if the quote does not end in it. */
  function afterQuote(text: string, from: number, escapes = quote === '"'): number {
    const end = endOf(text, from, { mark: quote, escapes: escapes || quote === '"' });
    if (end === -1) return text.length;
    quote = '';
    return end;
  }

  function isEnd(text: string): boolean {
    const [end] = ends;
    return text.replace(end?.tabs ? /^\t+/ : '', '') === end?.word;
  }

  function code(text: string): void {
    let at = quote === '' ? 0 : afterQuote(text, 0);
    while (at !== -1 && at < text.length) at = step(text, at);
  }

  return {
    own: () => quote === '' && !inDocument,
    take(text: string): void {
      if (!inDocument) code(text);
      else if (isEnd(text)) ends.shift();
      inDocument = ends.length > 0 && quote === '';
    },
  };
}

/** The position after the next mark; -1 if there is none. */
function endOf(
  text: string,
  from: number,
  { mark, escapes }: { mark: string; escapes: boolean },
): number {
  if (!escapes || !text.includes('\\', from)) {
    const end = text.indexOf(mark, from);
    return end === -1 ? -1 : end + mark.length;
  }
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text.startsWith(mark, at)) return at + mark.length;
  }
  return -1;
}

const pythonMark = /\\|'''|"{3}|['"#]/g;

/** In Python and Julia only strings in three quotes can have several lines. */
function createTripleQuotes() {
  let quote = '';

  function step(text: string, from: number): number {
    pythonMark.lastIndex = from;
    const found = pythonMark.exec(text);
    const mark = found?.[0] ?? '#';
    const at = found?.index ?? 0;
    if (mark === '#') return text.length;
    if (mark === '\\') return at + 2;
    const end = endOf(text, at + mark.length, { mark, escapes: true });
    if (end === -1 && mark.length === 3) quote = mark;
    return end === -1 ? text.length : end;
  }

  return {
    own: () => quote === '',
    take(text: string): void {
      let at = 0;
      if (quote !== '') {
        at = endOf(text, 0, { mark: quote, escapes: true });
        if (at === -1) return;
        quote = '';
      }
      while (at < text.length) at = step(text, at);
    },
  };
}
