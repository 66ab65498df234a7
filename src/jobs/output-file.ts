/** What is known of a job that its output file may be named after (man sbatch, "FILENAME PATTERN"). */
export interface Named {
  /** The job's id without a task. */
  slurmId: string;
  /** Slurm's name of it; empty if it is not known. */
  slurmName: string;
  /** The script's own `--output`; empty if it names none. */
  output: string;
  /** True if it is an array. */
  isArray: boolean;
}

/**
 * The file that a job writes to, as far as it is known: patterns that only the cluster can fill in stay as they are; the
 * task of an array is `N`. Null if the script throws its output away.
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

/** What a script says of its output: its own pattern, else Slurm's for arrays; empty if neither is to be kept. */
export function outputPattern(options: Record<string, string>): string {
  return options.output ?? ('array' in options ? 'slurm-%A_%a.out' : '');
}
