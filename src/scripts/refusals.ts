import { isOption, isSrunOnly, nameOfLetter, takesValue } from './option-names.ts';
import type { Option, Refused } from './options.ts';
import { quoted } from './quoted.ts';
import { isChecked, judge } from './rules.ts';
import { mayBePlugin, suggestion } from './suggestions.ts';
import { hasInvisible, isPlaceholder, likelyValue } from './value-suggestions.ts';

/** A sentence that says why Slurm refuses a script for this, and what was most likely meant. */
export function refusedSentence({ kind, written, names }: Refused): string {
  const [name = '', value] = parts(written);
  const word = quoted(written);
  if (kind === 'missing') return `${word} has no value.`;
  if (kind === 'unwanted value') return `--${names[0]} takes no value, so Slurm refuses ${word}.`;
  if (kind === 'stray') return strayWord(written, names[0] ?? '');
  if (isSrunOnly(name)) return `${word} is an option of srun; sbatch has none of that name.`;
  const near = suggestion(name, names);
  const meant = near === null ? '' : ` Did you mean ${quoted(withValue(near, value))}?`;
  if (kind === 'ambiguous') {
    const some = names.slice(0, 3).map((each) => `--${each}`);
    return `Slurm refuses ${word}, which may stand for ${some.join(', ')}${names.length > 3 ? ' …' : ''}.${meant}`;
  }
  if (mayBePlugin(name)) {
    return `sbatch itself has no option --${quoted(name)}, but a plugin of your cluster may add it.`;
  }
  return `sbatch has no option ${quoted(written.split('=')[0] ?? '')}.${meant}`;
}

/** Splits `--walltime=1`, and also `-walltime=1`, into walltime and 1. */
function parts(written: string): [string, string | null] {
  const bare = written.replace(/^--?/, '');
  const equals = bare.indexOf('=');
  return equals === -1 ? [bare, null] : [bare.slice(0, equals), bare.slice(equals + 1)];
}

function withValue(name: string, value: string | null): string {
  if (value === null) return `--${name}`;
  return `--${name}=${likelyValue(name, value) ?? value}`;
}

function strayWord(word: string, before: string): string {
  const given = quoted(word);
  if (/^[\u2010-\u2015\u2212]/.test(word)) {
    return `${given} begins with a dash that is not a hyphen, so Slurm refuses the script. Write two hyphens.`;
  }
  if (/^[^\x20-\x7e]/.test(word)) {
    return `An unusual blank character stands before ${given}, so Slurm refuses the script. Write a plain space.`;
  }
  if (isPlaceholder(word) || isOpen(before)) {
    return `${given} is part of a placeholder that was not replaced, and Slurm refuses the script.`;
  }
  const joined = together(before, word);
  const meant =
    joined === null
      ? 'A value with blank space in it needs quotes.'
      : `Did you mean ${quoted(joined)}?`;
  return `${given} is no option, so Slurm refuses the script. ${meant}`;
}

/** True if a placeholder with blank space in it begins in this word. */
function isOpen(word: string): boolean {
  return word.endsWith('{{') || word.lastIndexOf('<') > word.lastIndexOf('>');
}

/** Joins `--array=1,` and `3`, if Slurm would take the result. */
function together(before: string, word: string): string | null {
  const [, name = '', value] = /^--([\w-]+)(?:=(.*))?$/s.exec(before) ?? [];
  const isOptional = value === undefined && takesValue(name) === 'optional';
  if (!isChecked(name) || (value === undefined && !isOptional)) return null;
  const whole = `${value ?? ''}${word}`;
  return judge(name, whole).verdict === 'taken' ? `--${name}=${whole}` : null;
}

/** Why Slurm refuses an option's value; null if it takes it. `some` if only some versions refuse it. */
export function valueProblem(option: Option): { some: boolean; sentence: string } | null {
  const { name, value, written } = option;
  const { verdict, right } = judge(name, value);
  if (verdict === 'taken' || value === null) return null;
  const given = quoted(written.includes(value) && value !== '' ? written : `--${name}=${value}`);
  if (verdict === 'some') return { some: true, sentence: sometimes(name, value, given) };
  return { some: false, sentence: `Slurm refuses ${given}. ${remedy(option, right)}` };
}

function remedy({ name, value, written }: Option, right: string): string {
  const text = value ?? '';
  const likely = likelyValue(name, text) ?? likelyName(written, name);
  if (likely !== null && hasInvisible(text)) {
    return `There is an unusual blank character in it. Write ${quoted(`--${name}=${likely}`)}.`;
  }
  if (likely !== null) return `Did you mean ${quoted(`--${name}=${likely}`)}?`;
  if (text === '=' || text === '') return 'Write the value right after the equals sign.';
  if (isPlaceholder(text)) return 'It is a placeholder that was not replaced.';
  if (/\$[A-Za-z_{(]/.test(text)) return 'It does not replace variables in directives.';
  return `${right}.`;
}

/** In `-time=1`, which is -t with the value "ime=1", the part after the equals sign. */
function likelyName(written: string, name: string): string | null {
  const [, word = '', value = ''] = /^-([\w-]{2,})=(.+)$/.exec(written) ?? [];
  const isMeant = isOption(word) && nameOfLetter(word.charAt(0)) === name;
  return isMeant && word === name ? (likelyValue(name, value) ?? value) : null;
}

function sometimes(name: string, value: string, given: string): string {
  if (name !== 'mail-type') return `Some versions of Slurm refuse ${given}.`;
  const spaced = /\s/.test(value) ? ' Leave out the blank space.' : '';
  return `Slurm does not know all of the mail types in ${given}, and passes over those.${spaced}`;
}
