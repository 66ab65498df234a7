import { isOption, nameOfLetter } from './option-names.ts';
import type { Option, Refused } from './options.ts';
import { quoted } from './quoted.ts';
import { judge } from './rules.ts';
import { mayBePlugin, suggestion } from './suggestions.ts';
import { isPlaceholder, likelyValue } from './value-suggestions.ts';

/** Why Slurm refuses a script for this, in a sentence, and what was most likely meant. */
export function refusedSentence({ kind, written, names }: Refused): string {
  const [name = '', value] = parts(written);
  const word = quoted(written);
  if (kind === 'missing') return `${word} has no value.`;
  if (kind === 'unwanted value') return `--${names[0]} takes no value, so Slurm refuses ${word}.`;
  if (kind === 'stray') return strayWord(written);
  const near = suggestion(name, names);
  const meant = near === null ? '' : ` Did you mean ${quoted(withValue(near, value))}?`;
  if (kind === 'ambiguous') {
    return `Slurm refuses ${word}, which fits more than one option.${meant}`;
  }
  if (mayBePlugin(name)) {
    return `sbatch itself has no option --${quoted(name)}, but a plugin of your cluster may add it.`;
  }
  return `sbatch has no option ${quoted(written.split('=')[0] ?? '')}.${meant}`;
}

/** `--walltime=1` is walltime and 1; `-walltime=1` too. */
function parts(written: string): [string, string | null] {
  const bare = written.replace(/^--?/, '');
  const equals = bare.indexOf('=');
  return equals === -1 ? [bare, null] : [bare.slice(0, equals), bare.slice(equals + 1)];
}

function withValue(name: string, value: string | null): string {
  if (value === null) return `--${name}`;
  return `--${name}=${likelyValue(name, value) ?? value}`;
}

function strayWord(word: string): string {
  if (/^[\u2010-\u2015\u2212]/.test(word)) {
    return `${quoted(word)} begins with a dash that is not a hyphen, so Slurm refuses the script. Write two hyphens.`;
  }
  if (/^[^\x20-\x7e]/.test(word)) {
    return `An unusual blank character stands before ${quoted(word)}, so Slurm refuses the script. Write a plain space.`;
  }
  if (isPlaceholder(word) || /^\{\{|\}\}$/.test(word)) {
    return `${quoted(word)} is a placeholder that was not replaced, and Slurm refuses the script.`;
  }
  return `${quoted(word)} is no option, so Slurm refuses the script. A value with blank space in it needs quotes.`;
}

/** Why Slurm refuses an option's value; null where it takes it. `some` where only some versions refuse it. */
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
  if (likely !== null) return `Did you mean ${quoted(`--${name}=${likely}`)}?`;
  if (text === '=' || text === '') return 'Write the value right after the equals sign.';
  if (isPlaceholder(text)) return 'It is a placeholder that was not replaced.';
  if (/\$[A-Za-z_{(]/.test(text)) return 'It does not replace variables in directives.';
  return `${right}.`;
}

/** Of `-time=1`, which is -t with the value "ime=1", what follows the equals sign. */
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
