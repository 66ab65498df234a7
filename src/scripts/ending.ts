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
    const wasOwn = surroundings.own();
    surroundings.take(line, true);
    // A command may follow on the line on which a string ends.
    if ((!wasOwn && !surroundings.own()) || (wasOwn && /^\s*#/.test(line))) continue;
    if (mayTrapEnd(line) || mayExec(line)) return false;
  }
  return true;
}

/** A trap on nothing but signals other than EXIT, on a line of its own. */
const otherTrap =
  /^\s*trap(?:\s+--)?\s+(?:'[^']*'|"(?:\\.|[^"\\])*"|[\w./-]+)(?:\s+(?:(?:SIG)?(?:HUP|INT|QUIT|TERM|USR[12]|CONT|CHLD|PIPE|ALRM|TSTP|XCPU|XFSZ)|ERR|DEBUG|RETURN|[1-9]\d?))+\s*(?:#.*)?$/i;

function mayTrapEnd(line: string): boolean {
  return /(?<![\w./$-])trap(?![\w./=-])/.test(line) && !otherTrap.test(line);
}

const execs = /(?:^|[;&|(){!`]|\b(?:then|do|else|time|builtin|command)\s)\s*exec(?=\s|$)/g;
const redirection =
  /\s(?:\d+|\{\w+\}|&)?[<>][<>&|]*\s*(?:[<>]\([^()]*\)|"[^"]*"|'[^']*'|[^\s;&|()"'<>])+/g;

/** `exec > log 2>&1` goes on with the script. */
function mayExec(line: string): boolean {
  return [...line.matchAll(execs)].some(({ index, 0: found }) => {
    const rest = line.slice(index + found.length).replace(redirection, '');
    return !/^\s*(?:$|[;#)}]|&&|\|\|)/.test(rest);
  });
}
