import { createHash } from 'node:crypto';
import { contentRefusals } from './content.ts';
import { createFindings, type Finding } from './findings.ts';
import { checkFirstLine } from './first-line.ts';
import { createHeader } from './header.ts';
import type { Given } from './judgement.ts';
import { type Line, linesOf, textOf } from './lines.ts';
import { type Requested, requestedBy } from './requested.ts';

export type { Finding } from './findings.ts';

/** What sbatch would make of a script: see docs/slurm.md for what a real Slurm did with each. */
export interface Script {
  /** From the last `--job-name`/`-J` that Slurm honours; null if there is none. */
  jobName: string | null;
  /** The options in force, as written, of the first component: `partition`, `nodes`, `time`, `mem`, `gres`, … */
  options: Record<string, string>;
  /** The line that gives each of them. */
  optionLines: Record<string, number>;
  /** The requests in numbers, one entry for each component. A job that is not heterogeneous has one component. */
  components: Requested[];
  /** Size in bytes of what would be sent. */
  bytes: number;
  /** SHA-256 of what would be sent, 64 hex digits. */
  sha256: string;
  /** The first 15 lines. A longer one is cut after 200 characters, with an ellipsis as the 201st. */
  head: string[];
  /** How many lines there are. */
  lines: number;
  /** How many lines have more than 200 characters. */
  longLines: number;
  /** The reasons for which Slurm would refuse it. A script with `impossibilities` is not sent. */
  refusals: Finding[];
  /**
   * Things that Slurm would silently do otherwise than meant, or that only some versions would refuse; the worst first.
   */
  warnings: Finding[];
}

/** The findings that make the file impossible to submit on any cluster. A script with any of them is not sent. */
export function impossibilities({ refusals }: Pick<Script, 'refusals'>): Finding[] {
  return refusals.filter(({ level }) => level === 'impossible');
}

/** All findings, the worst first. */
export function allFindings({ refusals, warnings }: Script): Finding[] {
  return [...refusals, ...warnings];
}

const headLines = 15;
/** How many characters of a line are shown. */
export const HEAD_CHARACTERS = 200;
/** Slurm's own limit unless the cluster sets `max_script_size` (slurm.conf). */
const slurmBytes = 4_194_304;

/** Reads a script as it would be sent. */
export function readScript(bytes: Uint8Array, { maxBytes }: { maxBytes: number }): Script {
  const findings = createFindings();
  const header = createHeader(findings);
  const head: string[] = [];
  let longLines = 0;
  let lines = 0;
  for (const line of linesOf(bytes)) {
    if (line.number === 1) checkFirstLine(textOf(line), findings);
    if (isLong(line)) longLines += 1;
    if (line.number <= headLines) head.push(shown(line));
    header.add(line);
    lines = line.number;
  }
  const { components } = header.end();
  if (bytes.length > slurmBytes) findings.add('large', 'warning', null, large);
  for (const { kind, sentence } of contentRefusals(bytes, maxBytes)) {
    findings.add(kind, 'impossible', null, sentence);
  }
  const [first = new Map<string, Given>()] = components;
  const list = findings.list();
  return {
    jobName: first.get('job-name')?.value || null,
    options: record(first, ({ value }) => value),
    optionLines: record(first, ({ line }) => line),
    components: components.map((component) => requestedBy(record(component, ({ value }) => value))),
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    head,
    lines,
    longLines,
    refusals: list.filter(({ level }) => level !== 'warning'),
    warnings: list.filter(({ level }) => level === 'warning'),
  };
}

function isLong(line: Line): boolean {
  return line.bytes.length > HEAD_CHARACTERS && [...textOf(line)].length > HEAD_CHARACTERS;
}

function shown(line: Line): string {
  const characters = [...textOf(line)];
  if (characters.length <= HEAD_CHARACTERS) return characters.join('');
  return `${characters.slice(0, HEAD_CHARACTERS).join('')}…`;
}

function record<T>(given: ReadonlyMap<string, Given>, what: (option: Given) => T) {
  return Object.fromEntries([...given].map(([name, option]) => [name, what(option)]));
}

const large =
  'Slurm takes scripts of at most 4,194,304 bytes unless the cluster allows more (max_script_size).';
