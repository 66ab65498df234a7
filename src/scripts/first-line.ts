import { quoted } from './quoted.ts';

const shells = 'bash|sh|zsh|csh|tcsh|ksh|dash';
/** A well-known interpreter with something glued to it that no name of a program has. */
const glued = new RegExp(
  `/(${shells}|env|python[\\d.]*|perl|Rscript)(#|;|&|\\||--|-[a-z]$|SBATCH|echo|module|set$)`,
);
const shell = new RegExp(`/(${shells})$`);

/** Why the interpreter that a script's first line names cannot start; null where it can, or nothing is known. */
export function interpreterProblem(firstLine: string): string | null {
  const [, path = '', argument = ''] = /^#![ \t]*(\S*)[ \t]*(.*)$/s.exec(firstLine) ?? [];
  if (!firstLine.startsWith('#!')) return null;
  const fails = 'so the job starts and fails at once.';
  if (path === '') return `The first line names no interpreter, ${fails} Write #!/bin/bash.`;
  const words = argument.trim().split(/\s+/).filter(Boolean);
  const found = glued.exec(path);
  if (found !== null) {
    const right = path.slice(0, found.index + 1) + (found[1] ?? '');
    return `There is no interpreter ${quoted(path)}, ${fails} Write #!${quoted(right)} on a line of its own.`;
  }
  if (!path.startsWith('/')) {
    return `The interpreter ${quoted(path)} has no full path, ${fails} Write for instance #!/bin/${quoted(path.split('/').at(-1) ?? '')}.`;
  }
  if (path.endsWith('/env') && (words.length === 0 || (words.length > 1 && !/^-/.test(argument)))) {
    return `env takes ${words.length === 0 ? 'nothing' : quoted(argument)} for the name of one program, ${fails} Write ${quoted(`#!${path} -S ${argument}`)}.`;
  }
  if (shell.test(path) && (words.length > 1 || argument.startsWith('#'))) {
    return `Linux hands all of ${quoted(argument.trim())} to ${quoted(path)} as one argument, ${fails} Leave at most one word there.`;
  }
  return null;
}
