import { readWords, SbatchError } from './slurm-options.ts';

/** A script as sbatch understands it. */
export interface BatchScript {
  options: Record<string, string>;
  text: string;
}

const LARGEST_SCRIPT = 4_194_304;

/**
 * Reads a script as sbatch does. Throws `SbatchError` with Slurm 22.05's own words if it refuses the script. The order
 * of the checks is sbatch's.
 */
export function readBatchScript(bytes: Buffer, filename: string): BatchScript {
  checkBytes(bytes);
  const text = bytes.toString('utf8');
  return { options: readDirectives(text, filename), text };
}

function checkBytes(bytes: Buffer): void {
  const text = bytes.toString('latin1');
  if (text === '') throw new SbatchError('sbatch: error: Batch script is empty!');
  if (/^\s*$/.test(text))
    throw new SbatchError('sbatch: error: Batch script contains only whitespace!');
  if (!text.startsWith('#!')) {
    throw new SbatchError(
      'sbatch: error: This does not look like a batch script.  The first',
      'sbatch: error: line must start with #! followed by the path to an interpreter.',
      'sbatch: error: For instance: #!/bin/sh',
    );
  }
  if (text.includes('\0')) {
    throw new SbatchError(
      "sbatch: error: The Slurm controller does not allow scripts that contain a NULL character '\\0'.",
    );
  }
  if (text.includes('\r\n')) {
    throw new SbatchError(
      'sbatch: error: Batch script contains DOS line breaks (\\r\\n)',
      'sbatch: error: instead of expected UNIX line breaks (\\n).',
    );
  }
  if (bytes.length > LARGEST_SCRIPT) {
    throw new SbatchError(
      'sbatch: error: Batch job submission failed: Pathname of a file, directory or other parameter too long',
    );
  }
}

/** The `#SBATCH` and `#PBS` lines before the first command. Those of PBS are read last, so they take precedence. */
function readDirectives(text: string, filename: string): Record<string, string> {
  const options: Record<string, string> = {};
  const pbs: Record<string, string> = {};
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() && !line.trimStart().startsWith('#')) break;
    const words = () => splitWords(line.replace(/^#\w+/, ''), filename, index + 1);
    if (/^#SBATCH\s/.test(line)) readWords(words(), options);
    else if (/^#PBS\s/.test(line)) readPbs(words(), pbs);
  }
  return { ...options, ...pbs };
}

function readPbs(words: string[], options: Record<string, string>): void {
  for (const [index, word] of words.entries()) {
    const value = words[index + 1] ?? '';
    if (word === '-N') options['job-name'] = value;
    const walltime = word === '-l' && /walltime=([^,]*)/.exec(value)?.[1];
    if (walltime) options.time = walltime;
  }
}

/** A word, bare or with quoted pieces; a comment; white space; or an open quote. */
const PIECES = /\s+|#.*|(?:"[^"]*"|'[^']*'|[^\s"'])+|["']/gy;

/** Words of a line, with quotes; a `#` at the beginning of a word starts a comment. */
function splitWords(line: string, filename: string, number: number): string[] {
  const pieces = [...line.matchAll(PIECES)].map(([piece]) => piece);
  const open = pieces.find((piece) => piece === '"' || piece === "'");
  if (open) {
    throw new SbatchError(
      `sbatch: fatal: ${filename}: line ${number}: Unmatched \`${open}\` in [${line.trim()}]`,
    );
  }
  return pieces
    .filter((piece) => piece.trim() && !piece.startsWith('#'))
    .map((piece) => piece.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}
