import { misleading } from '../scripts/listing-name.ts';
import type { Script } from '../scripts/script.ts';

/** Waldur's limit for a job's name, in characters. */
const maxCharacters = 150;

/** What is wrong with a name that was typed for a job, as a sentence; null if it can be used. */
export function checkName(name: string): string | null {
  if (name.trim() === '') return 'Give the job a name.';
  const characters = [...name].length;
  if (characters > maxCharacters) {
    return `The name has ${characters} characters; Waldur takes at most ${maxCharacters}.`;
  }
  if (/[\p{Cc}\u2028\u2029]/u.test(name) || !name.isWellFormed()) {
    return 'The name must be one line, without control characters.';
  }
  return misleading(name);
}

/** Suggests a name for a job: the script's own, otherwise the file's name without its extension. */
export function suggestName(script: Pick<Script, 'jobName'>, fileName: string): string {
  const dot = fileName.lastIndexOf('.');
  for (const candidate of [script.jobName ?? '', dot > 0 ? fileName.slice(0, dot) : fileName]) {
    const name = candidate
      .toWellFormed()
      .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
      .trim();
    if (name !== '') return [...name].slice(0, maxCharacters).join('').trim();
  }
  return 'job';
}
