/**
 * Whether a line of a script is its own text: not in a here-document that writes another script, not in a string that
 * goes over several lines, not in a fence of Markdown. Where that cannot be known, it is taken for foreign.
 */
export interface Surroundings {
  /** Whether the next line begins in the script's own text. */
  own(): boolean;
  /** Takes the next line; `whole` says whether this is all of it. */
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

const plainShell = /[^\\'"#<(]+/y;
const hereDocument = /<<(-?)[ \t]*(?:'([^']+)'|"([^"]+)"|\\?([A-Za-z_][\w.-]*))/y;

function createShell() {
  let quote = '';
  /** Here-documents whose ends are still to come. */
  const ends: { word: string; tabs: boolean }[] = [];
  let inDocument = false;

  /** Goes on after a quote's end; the length of the text where it does not end in it. */
  function closed(text: string, from: number): number {
    for (let at = from; at < text.length; at += 1) {
      if (text[at] === '\\' && quote !== "'") at += 1;
      else if (text[at] === quote.at(-1)) {
        quote = '';
        return at + 1;
      }
    }
    return text.length;
  }

  function document(text: string, at: number): number {
    if (text.startsWith('<<<', at)) return at + 3;
    hereDocument.lastIndex = at;
    const [all = '<', tabs = '', ...words] = hereDocument.exec(text) ?? [];
    const word = words.find((each) => each !== undefined);
    if (word !== undefined) ends.push({ word, tabs: tabs !== '' });
    return at + all.length;
  }

  function scan(text: string): void {
    let at = quote === '' ? 0 : closed(text, 0);
    while (at < text.length) {
      const character = text[at];
      if (character === '\\') at += 2;
      else if (character === '"' || character === "'") {
        quote = text[at - 1] === '$' ? `$${character}` : character;
        at = closed(text, at + 1);
      } else if (character === '#' && (at === 0 || /[\s;&|()]/.test(text.charAt(at - 1)))) return;
      else if (character === '<') at = document(text, at);
      // In arithmetic, << is no here-document.
      else if (text.startsWith('((', at)) at = arithmetic(text, at);
      else {
        plainShell.lastIndex = at;
        at = plainShell.test(text) ? plainShell.lastIndex : at + 1;
      }
    }
  }

  return {
    own: () => quote === '' && !inDocument,
    take(text: string): void {
      if (inDocument) {
        const [end] = ends;
        if (text.replace(end?.tabs ? /^\t+/ : '', '') === end?.word) ends.shift();
      } else {
        scan(text);
      }
      inDocument = ends.length > 0 && quote === '';
    },
  };
}

function arithmetic(text: string, at: number): number {
  const end = text.indexOf('))', at);
  return end === -1 ? text.length : end + 2;
}

const plainPython = /[^\\'"#]+/y;

/** Python and Julia: only strings in three quotes go over several lines. */
function createTripleQuotes() {
  let quote = '';
  function end(text: string, from: number, mark: string): number {
    for (let at = from; at < text.length; at += 1) {
      if (text[at] === '\\') at += 1;
      else if (text.startsWith(mark, at)) return at + mark.length;
    }
    return -1;
  }
  return {
    own: () => quote === '',
    take(text: string): void {
      let at = 0;
      while (at < text.length) {
        const character = text.charAt(at);
        if (quote !== '') {
          const after = end(text, at, quote);
          if (after === -1) return;
          quote = '';
          at = after;
        } else if (character === '#') {
          return;
        } else if (character === '"' || character === "'") {
          const triple = character.repeat(3);
          if (text.startsWith(triple, at)) {
            quote = triple;
            at += 3;
          } else {
            const after = end(text, at + 1, character);
            at = after === -1 ? text.length : after;
          }
        } else {
          plainPython.lastIndex = at;
          at = plainPython.test(text) ? plainPython.lastIndex : at + 2;
        }
      }
    },
  };
}
