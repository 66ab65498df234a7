import { splitDirective } from './directive.ts';
import { readOptions } from './options.ts';

/**
 * `  #SBATCH -t 5`, `# SBATCH -t 5`, `#sbatch -t 5`, and letters that changed places; not `##SBATCH`, which switches a
 * line off, nor a call of sbatch.
 */
const nearly =
  /^\s*#(?:\s*SBATCH|sbatch|Sbatch|SBatch|SBACTH|SBTACH|SABTCH|SBATHC|SBACH|SBATH)\s*(-.*)$/;

/**
 * The options of a comment that was most likely meant as a directive, because it consists of options that Slurm knows.
 * Null for any other comment.
 */
export function lookalikeOptions(text: string): string[] | null {
  const [, rest] = nearly.exec(text) ?? [];
  if (rest === undefined) return null;
  const { words, broken } = splitDirective(rest);
  const { options, refused } = readOptions(words.map((word) => ({ ...word, line: 1 })));
  if (broken !== null || refused.length > 0 || options.length === 0) return null;
  return options.map(({ name }) => name);
}

/** Why such a comment does not count. */
export function whyIgnored(text: string): string {
  return /^\s+#SBATCH/.test(text)
    ? 'Blank space stands before #SBATCH, so Slurm ignores the line.'
    : 'Slurm ignores the line: only one that begins with exactly #SBATCH counts.';
}
