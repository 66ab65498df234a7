import { type Directive, splitDirective } from './directive.ts';
import { createFindings, type Findings } from './findings.ts';
import { translate } from './foreign.ts';
import { type Given, judgeComponent, judgeForeign } from './judgement.ts';
import type { Line } from './lines.ts';
import { lookalikeOptions, whyIgnored } from './lookalike.ts';
import type { Argument } from './options.ts';
import { createSurroundings, type Surroundings } from './surroundings.ts';

const hash = 35;
/** Slurm looks for `#PBS` and `#BSUB` until it has met more lines than this that do not start with `#` (its xlate.c). */
const foreignLines = 100;
/** More words than any script has; so that memory does not grow with the file. */
const keptWords = 10_000;
/** What the text of a late directive begins with. */
const late = /^#SBATCH\s*-/;
const foreign = /^#(PBS|BSUB)/;

/** What Slurm reads of a script. */
export interface Header {
  /** The options of each component: one, unless it is a heterogeneous job. */
  components: Map<string, Given>[];
  /** The last line of the first component's directives; 1, which is the `#!`, where there is none. */
  lastLine: number;
}

/**
 * Reads what Slurm reads of a script's lines. `#SBATCH` counts only at the beginning of a line, and only before the
 * first command; blank lines and comments are no commands. `#PBS` and `#BSUB` count in their own way, and win.
 */
export function createHeader(findings: Findings = createFindings()) {
  const components: Argument[][] = [[]];
  const others = { PBS: [] as Argument[], BSUB: [] as Argument[] };
  /** What comments beside directives say, by line. */
  const notes = new Map<number, string>();
  const lookalikes: { line: number; names: string[]; sentence: string }[] = [];
  let surroundings: Surroundings | null = null;
  let firstLine = '';
  let firstCommand: number | null = null;
  let plainLines = 0;
  let words = 0;
  let lastLine = 1;
  /** The line before, where it is a comment. */
  let above = '';

  function keep(list: Argument[], directive: Directive, { line, from }: { line: number; from: number }) {
    const { words: found, broken } = directive;
    if (broken !== null) findings.add(broken, 'refused', line, brokenSentence[broken]);
    for (const { text, start, end } of found) {
      words += 1;
      if (words <= keptWords) list.push({ text, start: start + from, end: end + from, line });
    }
  }

  function sbatch(text: string, line: number): void {
    const from = '#SBATCH'.length;
    const directive = splitDirective(text.slice(from));
    const separators = directive.words.filter(isSeparator);
    if (separators.length > 0) components.push([]);
    const options = { ...directive, words: directive.words.filter((word) => !isSeparator(word)) };
    keep(components.at(-1) ?? [], options, { line, from });
    if (components.length === 1) lastLine = line;
    if (words <= keptWords) notes.set(line, `${directive.comment} ${above}`);
    if (directive.backslash) {
      const sentence =
        'A backslash at the end of a directive does not continue it: Slurm does not read the next line as a part of it.';
      findings.add('backslash', 'warning', line, sentence);
    }
  }

  function comment(text: string, line: number): void {
    const [magic = '', which] = foreign.exec(text) ?? [];
    if (text.startsWith('#SBATCH') && firstCommand === null) {
      sbatch(text, line);
    } else if ((which === 'PBS' || which === 'BSUB') && plainLines <= foreignLines) {
      const from = magic.length;
      keep(others[which], splitDirective(text.slice(from)), { line, from });
    } else if (firstCommand === null) {
      const names = above.trimEnd().endsWith(':') ? null : lookalikeOptions(text);
      if (names !== null && lookalikes.length < keptWords) {
        lookalikes.push({ line, names, sentence: whyIgnored(text) });
      }
    } else if (late.test(text) && surroundings?.own() === true) {
      const sentence = `Slurm ignores this, since it comes after the first command (line ${firstCommand}). Move it up.`;
      findings.add('late', 'warning', line, sentence);
    }
  }

  return {
    add(line: Line): void {
      const isComment = line.first === hash;
      if (!isComment) plainLines += 1;
      const text = line.text();
      if (line.number === 1) firstLine = text;
      if (firstCommand === null && !/^\s*(#|$)/.test(text)) {
        firstCommand = line.number;
        surroundings = createSurroundings(firstLine);
      }
      if (isComment || firstCommand === null) comment(text, line.number);
      surroundings?.take(text, line.whole());
      above = isComment && !text.startsWith('#SBATCH') ? text : '';
    },
    end(): Header {
      const read = components.map((component) => judgeComponent(component, notes, findings));
      const [first = new Map<string, Given>()] = read;
      const which = others.BSUB.length > 0 ? 'BSUB' : 'PBS';
      if (!first.has('ignore-pbs') && others[which].length > 0) {
        judgeForeign(first, { which, found: translate(which, others[which]), findings });
      }
      for (const { line, names, sentence } of lookalikes) {
        // Where the option is given as well, the line was switched off.
        if (!names.some((name) => first.has(name))) {
          findings.add('lookalike', 'warning', line, sentence);
        }
      }
      return { components: read, lastLine };
    },
  };
}

/** The word that begins another component of a heterogeneous job. */
function isSeparator({ text }: { text: string }): boolean {
  return /^(hetjob|packjob)$/i.test(text);
}

const brokenSentence = {
  quote: 'A quote is opened and not closed, so Slurm refuses the script.',
  colon: 'A word begins with a colon, so Slurm refuses the script.',
};
