/** What sbatch would make of a script: see docs/slurm.md for what a real Slurm did with each. */
export interface Script {
  /** From the last `--job-name`/`-J` that Slurm honours; null when there is none. */
  jobName: string | null;
  /** What the script asks for, as written: `partition`, `nodes`, `time`, `mem`, `gres`, `array`, … */
  options: Record<string, string>;
  /** Size in bytes of what would be sent. */
  bytes: number;
  /** SHA-256 of what would be sent, 64 hex digits. */
  sha256: string;
  /** The first 15 lines, each cut at 200 characters. */
  head: string[];
  /** How many lines there are. */
  lines: number;
  /** What Slurm would surely refuse: nothing is sent while there is one. */
  refusals: Finding[];
  /** What Slurm would silently do otherwise than meant. */
  warnings: Finding[];
}

/** One thing found in a script. */
export interface Finding {
  kind: string;
  /** Line number from 1; null where it is about the whole file. */
  line: number | null;
  /** A sentence: what it is and what follows, Slurm-mrkdwn free (plain text). */
  sentence: string;
}
