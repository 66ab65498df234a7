import { splitDirective } from './directive.ts';
import { createFindings } from './findings.ts';
import type { Line } from './lines.ts';
import { isOption } from './option-names.ts';
import { type Option, readOptions } from './options.ts';
import { readPbs } from './pbs.ts';
import { quoted } from './quoted.ts';
import type { Finding } from './script.ts';
import { optionWarnings, wordWarning } from './warnings.ts';

const sbatch = '#SBATCH';
const pbs = '#PBS';
const hash = 35;
/** `S` and `P`: what a directive after the first command has behind its `#`. */
const directiveStarts: ReadonlySet<number | null> = new Set([83, 80]);
/** Slurm looks for `#PBS` until it has met more lines than this that do not start with `#` (its xlate.c). */
const pbsLines = 100;
/** What a person may have meant as a directive: blank space before it or after the `#`, other case, more `#`. */
const lookalike = /^\s*#+\s*SBATCH\s*-/i;

/**
 * Reads what Slurm reads of a script's lines. `#SBATCH` counts only at the beginning of a line, and only before the
 * first command; blank lines and comments are no commands. `#PBS` counts in its own way, and wins.
 */
export function createHeader() {
  const findings = createFindings();
  const options = new Map<string, string>();
  const fromPbs = new Map<string, string>();
  let firstCommand: number | null = null;
  let plainLines = 0;
  /** After "hetjob" the options are those of another component. */
  let component = 0;

  function directive(text: string, number: number): void {
    if (/hetjob|packjob/i.test(text)) component += 1;
    const { words, unmatched } = splitDirective(text);
    const read = readOptions(words.filter((word) => !/^(hetjob|packjob)$/i.test(word)));
    for (const warning of directiveWarnings(read, unmatched)) {
      findings.add(warning.kind, number, warning.sentence);
    }
    if (component > 0 || unmatched) return;
    for (const { name, value } of read.options) {
      if (isOption(name)) options.set(name, value ?? '');
    }
  }

  function comment(text: string, number: number): void {
    if (text.startsWith(sbatch)) {
      if (firstCommand === null) directive(text.slice(sbatch.length), number);
      else findings.add('late', number, late(text, firstCommand));
    } else if (text.startsWith(pbs) && plainLines <= pbsLines) {
      for (const [name, value] of readPbs(text.slice(pbs.length))) fromPbs.set(name, value);
      findings.add('pbs', number, honoured(text));
    } else if (firstCommand === null && lookalike.test(text)) {
      findings.add('lookalike', number, ignored(text));
    }
  }

  return {
    add(line: Line): void {
      const isComment = line.first === hash;
      if (!isComment) plainLines += 1;
      if (firstCommand !== null && !(isComment && directiveStarts.has(line.second))) return;
      if (/^\s*(#|$)/.test(line.text())) comment(line.text(), line.number);
      else firstCommand = line.number;
    },
    end(): { options: Record<string, string>; warnings: Finding[] } {
      return {
        options: Object.fromEntries([...options, ...fromPbs]),
        warnings: findings.list(),
      };
    },
  };
}

function directiveWarnings(
  { options, stray }: { options: Option[]; stray: string | null },
  unmatched: boolean,
) {
  const open = {
    kind: 'quote',
    sentence: 'A quote is opened and not closed; Slurm refuses the script for that.',
  };
  return [
    ...options.flatMap(optionWarnings),
    ...(stray === null ? [] : [wordWarning(stray)]),
    ...(unmatched ? [open] : []),
  ];
}

function late(text: string, firstCommand: number): string {
  const first = text
    .split(/[\s=]+/)
    .slice(0, 2)
    .join(' ');
  return `${quoted(first)} comes after the first command (line ${firstCommand}), so Slurm ignores it.`;
}

function honoured(text: string): string {
  return `${quoted(text)} is a directive of PBS, which Slurm honours, too, and prefers to #SBATCH.`;
}

function ignored(text: string): string {
  if (/^\s+#SBATCH/.test(text)) {
    return `Blank space stands before ${quoted(text)}, so it is a comment to Slurm.`;
  }
  return `${quoted(text)} is a comment to Slurm. Only a line that begins with exactly #SBATCH counts.`;
}
