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

/** Blocks of text in a script: Markdown, Perl's and Ruby's documentation, Julia's comments. */
const blocks: { of: RegExp; begins: RegExp; ends: RegExp }[] = [
  { of: /^/, begins: /^```/, ends: /^```/ },
  { of: /perl|ruby/, begins: /^=[a-z]/i, ends: /^=(?:cut|end)\b/ },
  { of: /julia/, begins: /^\s*#=(?!.*=#)/, ends: /=#/ },
];

/** What a line begins with that may begin or end such a block; others are told by the marks in them. */
export const blockStarts: ReadonlySet<number> = new Set(
  [...'=_'].map((mark) => mark.charCodeAt(0)),
);

/** @param firstLine the script's first line: another language has other strings */
export function createSurroundings(firstLine: string): Surroundings {
  const interpreter = firstLine.slice(0, 200);
  const isShell = shells.test(interpreter);
  const scanner = tripleQuoting.test(interpreter)
    ? createTripleQuotes()
    : createShell({ escapes: !isShell });
  const isKnown = isShell || [tripleQuoting, others].some((each) => each.test(interpreter));
  const block = createBlock(interpreter);
  let lost = !isKnown;
  return {
    own: () => !lost && !block.inside() && scanner.own(),
    take(text, whole) {
      if (lost) return;
      if (!block.takes(text, scanner.own())) scanner.take(text);
      // What follows __END__ is data to Perl and Ruby, and no shell has a command of that name.
      lost = !whole || scanner.lost() || /^__(?:END|DATA)__\s*$/.test(text);
    },
  };
}

function createBlock(interpreter: string) {
  const possible = blocks.filter(({ of }) => of.test(interpreter));
  /** What ends the block that the next line is in. */
  let ends: RegExp | null = null;
  return {
    inside: () => ends !== null,
    /** True if the line is of a block, of which one begins in code only. */
    takes(text: string, inCode: boolean): boolean {
      if (ends !== null) {
        if (ends.test(text)) ends = null;
        return true;
      }
      if (inCode) ends = possible.find(({ begins }) => begins.test(text))?.ends ?? null;
      return ends !== null;
    },
  };
}

/** Whatever may begin or end something: an escape, a quote, a here-document, a comment, arithmetic. */
const shellMark = /[\\'"<]|(?:^|[\s;&|()])#|\(\(/g;
/** The same in a command inside quotes, where brackets and backticks count, too. */
const nestedMark = /[\\'"<`)]|(?:^|[\s;&|()])#|\(\(?/g;
/** What counts in double quotes, and in backticks in them. */
const quotedMark = /[\\"`]|\$\(\(?/g;
const hereDocument = /<<(-?)[ \t]*(?:'([^']+)'|"([^"]+)"|\\?([A-Za-z_][\w.-]*))/y;
function marksIn(inner: string | undefined): RegExp {
  if (inner === undefined) return shellMark;
  return inner === '"' ? quotedMark : nestedMark;
}

/** More than anybody nests. */
const deepest = 100;

/** @param escapes true if a backslash counts in single quotes, as it does in Perl, R and Ruby */
function createShell({ escapes }: { escapes: boolean }) {
  /** What is open, the innermost last: a quote, or in quotes a bracket or a backtick; `$` is a quote like $'…'. */
  const open: string[] = [];
  /** Here-documents that have not ended yet. */
  const ends: { word: string; tabs: boolean }[] = [];
  let inDocument = false;
  let lost = false;

  function push(mark: string): void {
    lost ||= open.length >= deepest;
    if (!lost) open.push(mark);
  }

  /** Where to go on behind the next mark; -1 where nothing more is in the line. */
  function step(text: string, from: number): number {
    const inner = open.at(-1);
    if (inner === "'" || inner === '$') return afterSingle(text, from, inner === '$');
    const marks = marksIn(inner);
    marks.lastIndex = from;
    const found = marks.exec(text);
    return found === null ? -1 : afterMark(text, { mark: found[0], at: found.index });
  }

  function afterMark(text: string, { mark, at }: { mark: string; at: number }): number {
    if (mark.endsWith('#')) return -1;
    if (mark === '\\') return at + 2;
    if (mark === '<') return afterLess(text, at);
    // In arithmetic, << is no here-document.
    const end = mark.endsWith('((') ? endOf(text, at, { mark: '))', escapes: false }) : -1;
    if (end !== -1) return end;
    toggle(mark === "'" && text[at - 1] === '$' ? '$' : mark, open.at(-1));
    return at + mark.length;
  }

  function afterSingle(text: string, from: number, isDollar: boolean): number {
    const end = endOf(text, from, { mark: "'", escapes: escapes || isDollar });
    if (end !== -1) open.pop();
    return end;
  }

  function toggle(mark: string, inner: string | undefined): void {
    if (mark === inner || (mark === ')' && inner === '(')) open.pop();
    else if (mark.includes('(')) {
      if (inner !== undefined) push('(');
    } else if (mark !== ')') push(mark);
  }

  function afterLess(text: string, at: number): number {
    if (text.startsWith('<<<', at)) return at + 3;
    hereDocument.lastIndex = at;
    const [all = '<', tabs = '', ...words] = hereDocument.exec(text) ?? [];
    const word = words.find((each) => each !== undefined);
    if (word !== undefined) ends.push({ word, tabs: tabs !== '' });
    return at + all.length;
  }

  function isEnd(text: string): boolean {
    const [end] = ends;
    return text.replace(end?.tabs ? /^\t+/ : '', '') === end?.word;
  }

  function code(text: string): void {
    for (let at = 0; at !== -1 && at < text.length; ) at = step(text, at);
  }

  return {
    own: () => open.length === 0 && !inDocument,
    lost: () => lost,
    take(text: string): void {
      if (!inDocument) code(text);
      else if (isEnd(text)) ends.shift();
      inDocument = ends.length > 0 && !/^['"$]/.test(open.at(-1) ?? '');
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
    lost: () => false,
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
