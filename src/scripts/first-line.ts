import type { createFindings } from './findings.ts';
import { quoted } from './quoted.ts';

/** A well-known interpreter, followed directly by something that cannot be part of a program's name. */
const glued =
  /\/(bash|sh|zsh|csh|tcsh|ksh|dash|env|python[\d.]{0,8}|perl|Rscript)([#;&|,:\\\u00a0]|--|-[a-z]$|SBATCH|echo|module|set$)/;
const shell = /\/(?:bash|sh|zsh|csh|tcsh|ksh|dash)$/;
const fails = 'so the job starts and fails at once.';

/** Adds the problems of a script's first line, the `#!`, to the findings. */
export function checkFirstLine(text: string, findings: ReturnType<typeof createFindings>): void {
  if (!text.startsWith('#!')) return;
  if (text.replace(/\r$/, '').includes('\r')) {
    findings.add('cr', 'warning', null, carriageReturns);
    return;
  }
  const problem = interpreterProblem(text.replace(/\r$/, ''));
  if (problem !== null) findings.add('interpreter', 'warning', 1, problem);
}

const carriageReturns =
  'The lines end with CR alone (old Mac line endings): Slurm takes them for one line, and the job fails at once. Save the script with Unix line endings.';

/** Why the interpreter that a script's first line names cannot start; null if it can, or nothing is known. */
function interpreterProblem(firstLine: string): string | null {
  const [, path, argument = ''] = /^#![ \t]*([^ \t]*)(.*)$/s.exec(firstLine) ?? [];
  if (path === undefined) return null;
  return pathProblem(path) ?? argumentProblem(path, argument.trim());
}

function pathProblem(path: string): string | null {
  if (path === '') return `The first line names no interpreter, ${fails} Write #!/bin/bash.`;
  const found = glued.exec(path);
  if (found !== null) {
    const right = path.slice(0, found.index + 1) + (found[1] ?? '');
    return `There is no interpreter ${quoted(path)}, ${fails} Write #!${quoted(right)} on a line of its own.`;
  }
  if (path.startsWith('/')) return null;
  const name = path.split('/').at(-1) ?? '';
  return `The interpreter ${quoted(path)} has no full path, ${fails} Write for instance #!/bin/${quoted(name)}.`;
}

/** Linux passes everything after the interpreter to it as one argument. */
function argumentProblem(path: string, argument: string): string | null {
  const isSeveral = /\s/.test(argument);
  if (path.endsWith('/env') && isSeveral && !argument.startsWith('-')) {
    return `env takes ${quoted(argument)} for the name of one program, ${fails} Write ${quoted(`#!${path} -S ${argument}`)}.`;
  }
  if (!shell.test(path) || !(isSeveral || argument.startsWith('#'))) return null;
  return `Linux hands all of ${quoted(argument)} to ${quoted(path)} as one argument, ${fails} Leave at most one word there.`;
}
