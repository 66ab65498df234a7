import { createSurroundings } from './surroundings.ts';

/**
 * True if a command could be added that runs when the script ends, without disturbing it: the script is bash, sets no
 * trap on EXIT, and does not end by becoming another program (`exec`). In doubt the answer is false.
 */
export function endsPlainly(text: string): boolean {
  const [firstLine = '', ...lines] = text.split('\n');
  if (!/^#!\s*(\/usr)?\/bin\/(env\s+)?bash(\s|$)/.test(firstLine)) return false;
  const surroundings = createSurroundings(firstLine);
  for (const line of lines) {
    const isOwn = surroundings.own();
    surroundings.take(line, true);
    if (!isOwn) continue;
    // A trap whose text goes on in the next lines may end with EXIT there.
    if (isExec(line) || (isTrap(line) && (onEnd.test(line) || !surroundings.own()))) return false;
  }
  return true;
}

function isTrap(line: string): boolean {
  return /(?:^|[\s;&|(){])trap\s/.test(line) && !line.trimStart().startsWith('#');
}

/** Names of signals come in any order, and 0 is EXIT. */
const onEnd = /\s(?:EXIT|0)(?:$|[\s;&|)}#])/;

/** `exec ./train` at the beginning of a line; `exec > log` only redirects. */
function isExec(line: string): boolean {
  return /^exec\s+[^\s<>&\d]/.test(line);
}
