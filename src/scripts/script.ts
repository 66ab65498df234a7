import { createHash } from 'node:crypto';
import { createContent } from './content.ts';
import { createDosConverter } from './dos.ts';
import { createFindings } from './findings.ts';
import { createHeader } from './header.ts';
import { createLineSplitter, type Line } from './lines.ts';

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
  /** The first 15 lines, each cut after 200 characters, then with an ellipsis as the 201st. */
  head: string[];
  /** How many lines there are. */
  lines: number;
  /** How many of all lines have more than 200 characters. */
  longLines: number;
  /** What Slurm would surely refuse: nothing is sent while there is one. */
  refusals: Finding[];
  /** What Slurm would silently do otherwise than meant. */
  warnings: Finding[];
}

/** One thing found in a script. */
export interface Finding {
  /** A short name of what it is (docs/slurm.md lists them); 'dos' is the one that can be converted away. */
  kind: string;
  /** Line number from 1; null where it is about the whole file. */
  line: number | null;
  /** A sentence: what it is and what follows. Plain text that may quote the script: escape it. */
  sentence: string;
}

export interface ScriptOptions {
  /** A script with more bytes than this is refused. */
  maxBytes: number;
  /** Whether DOS line endings are converted: everything is then about the converted bytes. */
  convert?: boolean;
}

/** Reads a script while it passes through, in memory that does not grow with it. */
export interface ScriptReader {
  /** Takes the next bytes and gives back those to be sent: the same ones, or converted. */
  write(chunk: Uint8Array): Uint8Array;
  /** What was read. Nothing may be written afterwards. */
  end(): Script;
}

const headLines = 15;
/** Characters of a line that are shown. */
export const HEAD_CHARACTERS = 200;
/** Slurm's own limit unless the cluster sets `max_script_size` (slurm.conf). */
const slurmBytes = 4_194_304;

/** A reader for one script. However the bytes are cut into chunks, the result is the same. */
export function createScriptReader({ maxBytes, convert = false }: ScriptOptions): ScriptReader {
  const hash = createHash('sha256');
  const content = createContent(maxBytes);
  const header = createHeader();
  const head: string[] = [];
  let longLines = 0;
  const toUnix = convert ? createDosConverter() : null;
  const lines = createLineSplitter((line) => {
    if (line.size() > HEAD_CHARACTERS && [...line.text()].length > HEAD_CHARACTERS) longLines += 1;
    if (line.number <= headLines) head.push(shown(line));
    if (line.dos) content.sawDos();
    header.add(line);
  });

  return {
    write(chunk) {
      const sent = toUnix === null ? chunk : toUnix(chunk);
      hash.update(sent);
      content.write(sent);
      lines.write(sent);
      return sent;
    },
    end() {
      const count = lines.end();
      const bytes = content.size();
      const { options, warnings } = header.end();
      return {
        jobName: options['job-name'] || null,
        options,
        bytes,
        sha256: hash.digest('hex'),
        head,
        lines: count,
        longLines,
        refusals: content.refusals(),
        warnings: [...fileWarnings(head[0] ?? '', bytes), ...warnings],
      };
    },
  };
}

/** Reads a script that is in memory. */
export function readScript(bytes: Uint8Array, options: ScriptOptions): Script {
  const reader = createScriptReader(options);
  reader.write(bytes);
  return reader.end();
}

function shown(line: Line): string {
  const characters = [...line.text()];
  if (characters.length <= HEAD_CHARACTERS) return characters.join('');
  return `${characters.slice(0, HEAD_CHARACTERS).join('')}…`;
}

function fileWarnings(firstLine: string, bytes: number): Finding[] {
  const findings = createFindings();
  if (firstLine.startsWith('#!') && firstLine.includes('\r')) {
    findings.add(
      'cr',
      null,
      'The lines end with CR alone (old Mac line endings): Slurm takes them for one line, and the job fails at once. Save the script with Unix line endings.',
    );
  }
  if (bytes > slurmBytes) {
    findings.add(
      'large',
      null,
      'Slurm takes scripts of at most 4,194,304 bytes unless the cluster allows more (max_script_size).',
    );
  }
  return findings.list();
}
