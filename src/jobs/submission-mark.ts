/** The end of a job's description, by which a submission is recognised in Waldur if its answer was lost. */
const mark = /(?:^|\n\n)(Submitted from Slack · [0-9a-f]{12})$/;

/** A description as a person wrote it, with the mark (12 hex digits) of their submission. */
export function withMark(description: string, id: string): string {
  return join(description, `Submitted from Slack · ${id}`);
}

/** Splits a description into what the person wrote and the line with the mark (empty if there is none). */
export function splitMark(description: string): { text: string; line: string } {
  const found = mark.exec(description);
  if (found === null) return { text: description, line: '' };
  return { text: description.slice(0, found.index), line: found[1] ?? '' };
}

/** Replaces the text of a description and keeps its mark. */
export function replaceText(description: string, text: string): string {
  return join(text, splitMark(description).line);
}

function join(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
