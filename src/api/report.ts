import { cut } from '../jobs/cut.ts';

/** Characters of a report that are kept: more than anybody reads, and little beside an answer. */
const LONGEST_REPORT = 100_000;
/** Levels that are told apart. A document nested deeper than the stack is parsed, but not walked. */
const DEEPEST = 50;

/** Any JSON that Waldur keeps as a report, as text; null when there is none. */
export function reportText(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  return cut(typeof value === 'string' ? value : indented(value), LONGEST_REPORT);
}

/** As JSON.stringify with indents does, but no deeper and hardly longer than what is kept. */
function indented(document: unknown): string {
  let text = '';
  const write = (value: unknown, depth: number): void => {
    if (typeof value === 'string') text += JSON.stringify(cut(value, LONGEST_REPORT));
    else if (typeof value !== 'object' || value === null) text += JSON.stringify(value);
    else if (depth === DEEPEST) text += '…';
    else if (Array.isArray(value)) list('[]', value.entries(), depth);
    else list('{}', Object.entries(value).values(), depth);
  };
  const list = (brackets: string, items: Iterable<[string | number, unknown]>, depth: number) => {
    const margin = '  '.repeat(depth);
    let isEmpty = true;
    text += brackets.charAt(0);
    for (const [key, value] of items) {
      if (text.length > LONGEST_REPORT) return;
      const name = typeof key === 'string' ? `${JSON.stringify(cut(key, 1000))}: ` : '';
      text += `${isEmpty ? '' : ','}\n  ${margin}${name}`;
      isEmpty = false;
      write(value, depth + 1);
    }
    text += `${isEmpty ? '' : `\n${margin}`}${brackets.charAt(1)}`;
  };
  write(document, 0);
  return text;
}
