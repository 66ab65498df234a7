import { type Directive, splitDirective } from './directive.ts';
import { createFindings, type Findings } from './findings.ts';
import { type Given, judgeComponent, judgeForeign, judgeTogether } from './judgement.ts';
import { isWhole, type Line, textOf } from './lines.ts';
import type { Argument } from './options.ts';
import { lookalikeOptions, whyIgnored } from './options.ts';
import { translate } from './other-schedulers.ts';
import { blockStarts, createSurroundings, type Surroundings } from './surroundings.ts';

const hash = 35;
/** `S`, `P` and `B`, what a directive has behind its `#`; and `=`, with which Julia begins a comment of many lines. */
const commentStarts: ReadonlySet<number> = new Set([83, 80, 66, 61]);
/** The first characters of strings, here-documents and fences: `"`, `'`, `<` and a backtick. */
const marks: ReadonlySet<number> = new Set([34, 39, 60, 96]);
/**
 * Slurm looks for `#PBS` and `#BSUB` until it has met more lines than this that do not start with `#` (its xlate.c).
 */
const foreignLines = 100;
/** More words than any script has. The limit keeps memory from growing with the file. */
const keptWords = 10_000;
/** The beginning of a directive that comes too late. */
const late = /^#SBATCH\s*-/;
const foreign = /^#(PBS|BSUB)/;
/** Slurm's own directives, including an old spelling about which it complains. */
const own = /^#(?:SBATCH|SLURM)/;

/** The part of a script that Slurm reads. */
export interface Header {
  /** The options of each component: one, unless it is a heterogeneous job. */
  components: Map<string, Given>[];
  /** The last line of the first component's directives; 1, the line of the `#!`, if there are none. */
  lastLine: number;
}

/**
 * Reads those lines of a script that Slurm reads. `#SBATCH` counts only at the beginning of a line and before the first
 * command; blank lines and comments are not commands. `#PBS` and `#BSUB` have rules of their own, and take precedence.
 */
export function createHeader(findings: Findings = createFindings()) {
  const components = [newWords()];
  const pbs = newWords();
  const bsub = newWords();
  /** The comments beside directives, by line. */
  const notes = new Map<number, string>();
  const lookalikes: { line: number; names: string[]; sentence: string }[] = [];
  let surroundings: Surroundings | null = null;
  let firstLine = '';
  let firstCommand: number | null = null;
  let plainLines = 0;
  let hasBsub = false;
  let words = 0;
  let lastLine = 1;
  /** The last line of #SBATCH that ends with a backslash. */
  let continued = -1;
  /** The line before, if it is a comment. */
  let above = '';

  function keep(to: Words, directive: Directive, { line, from }: { line: number; from: number }) {
    to.broken ??= directive.broken === null ? null : { kind: directive.broken, line };
    for (const { text, start, end } of directive.words) {
      words += 1;
      if (words <= keptWords) to.list.push({ text, start: start + from, end: end + from, line });
    }
  }

  function sbatch(text: string, line: number): void {
    if (words > keptWords) return;
    const from = (own.exec(text)?.[0] ?? '').length;
    const rest = text.slice(from);
    if (text.startsWith('#SLURM')) findings.add('#SLURM', 'warning', line, oldSpelling);
    const directive = splitDirective(rest);
    // At this word sbatch leaves the line. If it is the first word, another component begins.
    const separator = directive.words.findIndex((word) => isSeparator(rest, word));
    if (separator === 0) {
      words += 1;
      components.push(newWords());
    }
    const options =
      separator === -1
        ? directive
        : { ...directive, words: directive.words.slice(0, separator), broken: null };
    keep(components.at(-1) ?? newWords(), options, { line, from });
    if (components.length === 1) lastLine = line;
    notes.set(line, `${directive.comment} ${above}`);
    lookalike(`#${directive.comment}`, line, second);
    if (directive.backslash) continued = line;
  }

  function lookalike(text: string, line: number, sentence: string): void {
    const names = above.trimEnd().endsWith(':') ? null : lookalikeOptions(text);
    if (names !== null && lookalikes.length < keptWords) {
      lookalikes.push({ line, names, sentence });
    }
  }

  function comment(text: string, line: number): void {
    if (firstCommand !== null) below(text, line);
    else if (own.test(text)) sbatch(text, line);
    else lookalike(text, line, whyIgnored(text));
  }

  function below(text: string, line: number): void {
    if (!late.test(text) || surroundings?.own() !== true) return;
    const sentence = `Slurm ignores this, since it comes after the first command (line ${firstCommand}). Move it up.`;
    findings.add('late', 'warning', line, sentence);
  }

  /** #PBS and #BSUB, which also count below the first command. */
  function other(text: string, line: number): boolean {
    const [magic, which] = foreign.exec(text) ?? [];
    if (magic === undefined || plainLines > foreignLines) return false;
    hasBsub ||= which === 'BSUB';
    keep(which === 'PBS' ? pbs : bsub, splitDirective(text.slice(magic.length)), {
      line,
      from: magic.length,
    });
    return true;
  }

  function begin(line: number): void {
    firstCommand = line;
    surroundings = createSurroundings(firstLine);
    if (continued === line - 1) findings.add('backslash', 'warning', continued, backslash);
  }

  /** True if a line below the first command holds nothing of interest. Most lines are skipped this way. */
  function isIdle(line: Line, isComment: boolean): boolean {
    if (firstCommand === null || surroundings?.own() !== true) return false;
    if (isComment) return !commentStarts.has(line.bytes[1] ?? 0);
    return !blockStarts.has(line.bytes[0] ?? 0) && !line.bytes.some((byte) => marks.has(byte));
  }

  function look(line: Line, isComment: boolean): void {
    const text = textOf(line);
    if (firstCommand === null && !/^[ \t\v\f\r]*(#|$)/.test(text)) begin(line.number);
    if (!isComment || !other(text, line.number)) comment(text, line.number);
    surroundings?.take(text, isWhole(line));
    above = isComment && !own.test(text) ? text : '';
  }

  /** Reports the broken word at which sbatch gives up. */
  function giveUp({ broken }: Words): void {
    if (broken !== null) {
      findings.add(broken.kind, 'refused', broken.line, brokenSentence[broken.kind]);
    }
  }

  return {
    add(line: Line): void {
      const isComment = line.bytes[0] === hash;
      if (!isComment) plainLines += 1;
      if (line.number === 1) firstLine = textOf(line);
      if (!isIdle(line, isComment)) look(line, isComment);
    },
    end(): Header {
      const read = components.map((component) => {
        giveUp(component);
        return judgeComponent(component.list, notes, findings);
      });
      const [first = new Map<string, Given>()] = read;
      // If there is any #BSUB, Slurm ignores #PBS.
      const which = hasBsub ? 'BSUB' : 'PBS';
      if (!first.has('ignore-pbs')) {
        const given = which === 'BSUB' ? bsub : pbs;
        giveUp(given);
        const found = translate(which, given.list);
        judgeForeign(first, { which, found, findings });
      }
      judgeTogether(read, findings);
      for (const { line, names, sentence } of lookalikes) {
        // If the option is also given elsewhere, the line was switched off on purpose.
        if (!names.some((name) => first.has(name))) {
          findings.add('lookalike', 'warning', line, sentence);
        }
      }
      return { components: read, lastLine };
    },
  };
}

/** The words of directives that are read together, and the first that is broken. */
interface Words {
  list: Argument[];
  broken: { kind: NonNullable<Directive['broken']>; line: number } | null;
}

function newWords(): Words {
  return { list: [], broken: null };
}

/** The word that ends a component of a heterogeneous job: without quotes, and between blanks. */
function isSeparator(text: string, { start, end }: { start: number; end: number }): boolean {
  return /^(hetjob|packjob)$/i.test(text.slice(start, end)) && text[end] !== '#';
}

const oldSpelling =
  'Slurm complains of #SLURM, so Waldur shows an error although the job may run. Write #SBATCH.';

const backslash =
  'A backslash at the end of #SBATCH does not continue it: to Slurm the next line is the first command.';
const second = 'Slurm ignores a second #SBATCH on a line. Put it on a line of its own.';
const brokenSentence = {
  quote: 'A quote is opened and not closed, so Slurm refuses the script.',
  colon: 'A word begins with a colon, so Slurm refuses the script.',
};
