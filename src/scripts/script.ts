import { createHash } from 'node:crypto';
import { createContent } from './content.ts';
import { createFindings, type Finding } from './findings.ts';
import { checkFirstLine } from './first-line.ts';
import { createHeader } from './header.ts';
import type { Given } from './judgement.ts';
import { createDosConverter, createLineSplitter, type Line } from './lines.ts';
import { type Requested, requestedBy } from './requested.ts';

export type { Finding } from './findings.ts';

/** What sbatch would make of a script: see docs/slurm.md for what a real Slurm did with each. */
export interface Script {
  /** From the last `--job-name`/`-J` that Slurm honours; null when there is none. */
  jobName: string | null;
  /** The options in force, as written, of the first component: `partition`, `nodes`, `time`, `mem`, `gres`, … */
  options: Record<string, string>;
  /** The line that gives each of them. */
  optionLines: Record<string, number>;
  /** What is asked for, in numbers: one for each component, and there is one unless the job is heterogeneous. */
  components: Requested[];
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
  /** What Slurm would refuse. Nothing is sent while there are `impossibilities` among it. */
  refusals: Finding[];
  /** What Slurm would silently do otherwise than meant, or only some versions would refuse; the worst first. */
  warnings: Finding[];
}

/** What the file itself makes impossible, whatever the cluster is like: while there is any, nothing is sent. */
export function impossibilities({ refusals }: Pick<Script, 'refusals'>): Finding[] {
  return refusals.filter(({ level }) => level === 'impossible');
}

/** All that was found, the worst first. */
export function allFindings({ refusals, warnings }: Script): Finding[] {
  return [...refusals, ...warnings];
}

export interface ScriptOptions {
  /** A script with more bytes than this is refused. */
  maxBytes: number;
  /** True if DOS line endings are converted: everything is then about the converted bytes. */
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
  const findings = createFindings();
  const header = createHeader(findings);
  const head: string[] = [];
  let longLines = 0;
  const toUnix = convert ? createDosConverter() : null;
  const lines = createLineSplitter((line) => {
    if (line.number === 1) checkFirstLine(line.text(), findings);
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
      const { components } = header.end();
      if (bytes > slurmBytes) findings.add('large', 'warning', null, large);
      for (const { kind, sentence } of content.refusals()) {
        findings.add(kind, 'impossible', null, sentence);
      }
      const [first = new Map<string, Given>()] = components;
      const list = findings.list();
      return {
        jobName: first.get('job-name')?.value || null,
        options: record(first, ({ value }) => value),
        optionLines: record(first, ({ line }) => line),
        components: components.map((component) =>
          requestedBy(record(component, ({ value }) => value)),
        ),
        bytes,
        sha256: hash.digest('hex'),
        head,
        lines: count,
        longLines,
        refusals: list.filter(({ level }) => level !== 'warning'),
        warnings: list.filter(({ level }) => level === 'warning'),
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

function record<T>(given: ReadonlyMap<string, Given>, what: (option: Given) => T) {
  return Object.fromEntries([...given].map(([name, option]) => [name, what(option)]));
}

const large =
  'Slurm takes scripts of at most 4,194,304 bytes unless the cluster allows more (max_script_size).';
