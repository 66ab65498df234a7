/** The known facts of a job that its output file's name can contain (man sbatch, "FILENAME PATTERN"). */
interface Named {
  /** The job's id without a task. */
  slurmId: string;
  /** Its name in Slurm; empty if it is not known. */
  slurmName: string;
  /** The script's own `--output`; empty if it names none. */
  output: string;
  /** True if it is an array. */
  isArray: boolean;
}

/**
 * The name of a job's output file, as far as it is known: patterns that only the cluster can fill in stay as they are,
 * and the task of an array is `N`. Null if the script discards its output.
 */
export function outputFile({ slurmId, slurmName, output, isArray }: Named): string | null {
  const pattern = output || (isArray ? 'slurm-%A_%a.out' : 'slurm-%j.out');
  if (pattern === '/dev/null') return null;
  if (pattern.includes('\\')) return pattern.replaceAll('\\', '');
  return pattern.replace(/%(\d*)([A-Za-z%])/g, (whole, width: string, letter: string) => {
    const id = slurmId.padStart(Math.min(10, Number(width)), '0');
    if (letter === '%') return '%';
    if (letter === 'x') return slurmName || whole;
    if (letter === 'A') return id;
    // Each task of an array has a job id of its own, which Waldur does not say.
    if (letter === 'j') return isArray ? whole : id;
    return letter === 'a' && isArray ? 'N' : whole;
  });
}

/** The output pattern to remember for a script: its own, otherwise Slurm's for arrays; empty for a plain job. */
export function outputPattern(options: Record<string, string>): string {
  return options.output ?? ('array' in options ? 'slurm-%A_%a.out' : '');
}
