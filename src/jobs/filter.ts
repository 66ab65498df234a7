import { closest, distance } from 'fastest-levenshtein';
import { quoted } from '../scripts/quoted.ts';
import type { ListedJob } from './job.ts';
import { phaseOf, phases } from './phase.ts';

/** What `/slurm list [all] [running|queued|failed|…] [project:NAME] [words]` asks for. */
export interface Filter {
  /** Only jobs that the reader submitted, as long as they do not say `all`. */
  mine: boolean;
  /** Any of these phases; empty for all. */
  phases: ListedPhase[];
  /** A part of the project's name; null for all. */
  project: string | null;
  /** All of these must occur in name, description, Slurm id or uuid. */
  words: string[];
}

/** Phases that a list can show. A job that is gone has no row. */
export const listedPhases = phases.filter((phase) => phase !== 'gone');
export type ListedPhase = (typeof listedPhases)[number];

/** The phases that a list can show, by the word one types. */
const phaseWords: Record<string, ListedPhase> = {
  submitting: 'submitting',
  submitted: 'submitted',
  queued: 'queued',
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  erred: 'erred',
  deleting: 'deleting',
  unknown: 'unknown',
  left: 'left the queue',
  // As Slurm, Waldur and Americans say it.
  pending: 'queued',
  error: 'erred',
  canceled: 'cancelled',
};

const keys = ['project', 'state'];

/** A filter, or a sentence about what is wrong with it (plain text; it can quote what was typed: escape it). */
type ParsedFilter = { filter: Filter } | { problem: string };

/**
 * Reads a filter as typed. Quotes keep words together and make plain words of them: "failed" looks for the text.
 * `state:running` is the same as `running`.
 */
export function parseFilter(text: string): ParsedFilter {
  const filter: Filter = { mine: true, phases: [], project: null, words: [] };
  for (const { key, value, quoted: literal } of splitWords(text)) {
    const problem =
      key !== null ? readKey(filter, key.toLowerCase(), value) : readWord(filter, value, literal);
    if (problem !== null) return { problem };
  }
  return { filter };
}

function readKey(filter: Filter, key: string, value: string): string | null {
  if (!keys.includes(key)) {
    return `There is no filter "${quoted(key)}:".${didYouMean(key, keys)} There are project:NAME and state:STATE. To search for the text itself, put it in quotes.`;
  }
  if (value === '') {
    const example = key === 'project' ? 'project:bio' : 'state:running';
    return `Say which ${key} is meant, for instance ${example}.`;
  }
  if (key === 'project') {
    if (filter.project !== null) return 'Only one project can be asked for at a time.';
    filter.project = value;
    return null;
  }
  const phase = phaseNamed(value);
  if (phase === undefined) {
    const names = Object.keys(phaseWords);
    return `There is no state "${quoted(value)}".${didYouMean(value.toLowerCase(), names)} There are ${names.join(', ')}.`;
  }
  addPhase(filter, phase);
  return null;
}

function didYouMean(typed: string, names: readonly string[]): string {
  const name = closest(typed, names);
  return distance(typed, name) <= 2 ? ` Did you mean "${name}"?` : '';
}

function readWord(filter: Filter, word: string, literal: boolean): null {
  const phase = literal ? undefined : phaseNamed(word);
  if (phase !== undefined) addPhase(filter, phase);
  else if (!literal && isOwner(word)) filter.mine = word.toLowerCase() === 'mine';
  else if (word !== '') filter.words.push(word);
  return null;
}

function phaseNamed(word: string): ListedPhase | undefined {
  const name = word.toLowerCase();
  return Object.hasOwn(phaseWords, name) ? phaseWords[name] : undefined;
}

function addPhase(filter: Filter, phase: ListedPhase): void {
  if (!filter.phases.includes(phase)) filter.phases.push(phase);
}

/**
 * True if a job fits. `me` is the reader's uuid in Waldur; without it nothing is theirs.
 * @param phase the job's phase according to all of its rows
 */
export function matches(
  filter: Filter,
  job: ListedJob,
  me: string | null,
  phase = phaseOf(job),
): boolean {
  if (filter.mine && (me === null || job.userUuid !== me)) return false;
  if (filter.phases.length > 0 && !filter.phases.some((each) => each === phase)) return false;
  if (filter.project !== null && !contains(job.projectName, filter.project)) return false;
  const texts = [job.name, job.description, job.slurmId, job.uuid];
  return filter.words.every((word) => texts.some((text) => contains(text, word)));
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

/** The filter as one would type it: parseFilter of it gives the same filter. */
export function formatFilter({ mine, phases, project, words }: Filter): string {
  return [
    ...(mine ? [] : ['all']),
    ...phases.map((phase) => (phase === 'left the queue' ? 'left' : phase)),
    ...(project === null ? [] : [`project:${quoteWord(project)}`]),
    ...words.map((word) => quoteWord(word, isSpecial(word))),
  ].join(' ');
}

function isSpecial(word: string): boolean {
  return isOwner(word) || phaseNamed(word) !== undefined;
}

function isOwner(word: string): boolean {
  return ['mine', 'all'].includes(word.toLowerCase());
}

/** The state that one of the words probably means, if no job contains the word. */
export function meantPhase({ words }: Filter): ListedPhase | null {
  const names = Object.keys(phaseWords);
  for (const word of words.map((each) => each.toLowerCase()).filter(({ length }) => length > 3)) {
    const name = closest(word, names);
    if (distance(word, name) <= 2) return phaseWords[name] ?? null;
  }
  return null;
}

/** A word of a filter as typed: `train`, `"two words"`, `project:bio`, `project:"two words"`. */
interface FilterWord {
  /** The part before the colon; null for a plain word. */
  key: string | null;
  value: string;
  quoted: boolean;
}

/** Phones and word processors turn plain quotes into typographic ones. */
const pattern = /(?:([A-Za-z][\w-]*):)?(?:(["“”„])((?:\\.|[^"“”„\\])*)["“”„]?|(\S+))/gsu;
/** A key without a value. */
const alone = /^([A-Za-z][\w-]*):$/;

/** Splits a filter into words. In quotes, a backslash keeps the next character as it is. */
function splitWords(text: string): FilterWord[] {
  return [...text.matchAll(pattern)].map(([, key, quote, inner = '', bare = '']) => {
    if (quote !== undefined) {
      return { key: key ?? null, value: inner.replace(/\\(.)/gsu, '$1'), quoted: true };
    }
    const name = alone.exec(bare)?.[1];
    return name === undefined
      ? { key: key ?? null, value: bare, quoted: false }
      : { key: name, value: '', quoted: false };
  });
}

/** A word written so that `splitWords` reads it back: in quotes if that is necessary, or if `always`. */
function quoteWord(word: string, always = false): string {
  const plain = /^[^\s"“”„]\S*$/su.test(word) && !/^[A-Za-z][\w-]*:/.test(word);
  return plain && !always ? word : `"${word.replace(/["“”„\\]/gu, '\\$&')}"`;
}
