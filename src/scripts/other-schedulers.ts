import type { Argument } from './options.ts';
import { type Pairs, pbsResources } from './pbs-resources.ts';
import { wholeNumber } from './values.ts';

/** The result of a directive of another scheduler: an option of sbatch, or null if Slurm refuses the word. */
export interface Translated {
  name: string | null;
  value: string;
  /** The word that gave it. */
  written: string;
  line: number;
}

interface Scheduler {
  /** By letter: if the option takes a value, and how Slurm translates it. */
  letters: Map<string, { takes: boolean; means(value: string): Pairs }>;
  /** With its long name, this one takes a value only in the same word. */
  optional: string;
  /** Letters by their long names. */
  long: Map<string, string>;
}

const means =
  (name: string) =>
  (value: string): Pairs => [[name, value]];
const nothing = (): Pairs => [];
const refused = (value: string): Pairs => [[null, value]];

/** Options of qsub (xlate.c: _set_pbs_options). */
const pbs: Scheduler = scheduler({
  optional: 'j',
  values: {
    a: means('begin'),
    A: means('account'),
    e: means('error'),
    J: means('array'),
    l: pbsResources,
    m: (value) =>
      /[abe]/i.test(value) || /n/i.test(value) ? [['mail-type', pbsMail(value)]] : refused(value),
    M: means('mail-user'),
    N: means('job-name'),
    o: means('output'),
    p: means('nice'),
    q: means('partition'),
    t: means('array'),
    v: means('export'),
    W: (value) => (/^depend=/i.test(value) ? [['dependency', value.slice(7)]] : []),
    ...Object.fromEntries([...'cCjkrSu'].map((letter) => [letter, nothing])),
  },
  flags: { h: means('hold'), I: nothing, V: nothing, z: nothing },
  long: `start_time=a account=A checkpoint=c working_dir=C error=e hold=h interactive=I join=j
    job_array=J keep=k resource_list=l mail_options=m mail_user_list=M job_name=N out=o priority=p
    destination=q rerunable=r script_path=S array=t running_user=u variable_list=v all_env=V
    attributes=W no_std=z`,
});

function pbsMail(value: string): string {
  if (/n/i.test(value)) return 'NONE';
  const types = { b: 'BEGIN', e: 'END', a: 'FAIL' };
  return Object.entries(types)
    .flatMap(([letter, type]) => (value.toLowerCase().includes(letter) ? [type] : []))
    .join(',');
}

/** Options of bsub (xlate.c: _set_bsub_options). */
const bsub: Scheduler = scheduler({
  optional: '',
  values: {
    c: means('chdir'),
    e: means('error'),
    J: means('job-name'),
    m: (value) => [['nodelist', value.replaceAll(' ', ',')]],
    // LSF's unit is KB.
    M: (value) => [['mem-per-cpu', /^\d+$/.test(value) ? `${value}K` : value]],
    // Slurm takes the second part of "min,max".
    n: (value) => {
      const tasks = value.includes(',') ? value.slice(value.indexOf(',') + 1) : value;
      return wholeNumber(tasks, 1) === null ? refused(value) : [['ntasks', tasks]];
    },
    o: means('output'),
    q: means('partition'),
    // As with --time, 6:00 means six minutes. LSF would take it as six hours.
    W: means('time'),
  },
  flags: { x: means('exclusive') },
  long: `cwd=c error_file=e job_name=J hostname=m memory_limit=M output_file=o queue_name=q time=W
    exclusive=x`,
});

function scheduler(given: {
  optional: string;
  values: Record<string, (value: string) => Pairs>;
  flags: Record<string, (value: string) => Pairs>;
  long: string;
}): Scheduler {
  const entries = (table: typeof given.values, takes: boolean) =>
    Object.entries(table).map(
      ([letter, mean]): [string, { takes: boolean; means: typeof mean }] => [
        letter,
        { takes, means: mean },
      ],
    );
  const long = given.long
    .trim()
    .split(/\s+/)
    .map((pair): [string, string] => {
      const [name = '', letter = ''] = pair.split('=');
      return [name, letter];
    });
  return {
    optional: given.optional,
    letters: new Map([...entries(given.values, true), ...entries(given.flags, false)]),
    long: new Map(long),
  };
}

/** Options of sbatch that the words of all `#PBS` or `#BSUB` directives stand for. */
export function translate(which: 'PBS' | 'BSUB', words: readonly Argument[]): Translated[] {
  const reading: Reading = { scheduler: which === 'PBS' ? pbs : bsub, words, at: 0, found: [] };
  for (let word = words[0]; word !== undefined; word = words[reading.at]) {
    reading.at += 1;
    if (!readWord(reading, word)) {
      add(reading, word, refused(word.text));
      break;
    }
  }
  return reading.found;
}

interface Reading {
  scheduler: Scheduler;
  words: readonly Argument[];
  /** The next word. */
  at: number;
  found: Translated[];
}

/** Reads the options of a word; false if Slurm refuses it. */
function readWord(reading: Reading, word: Argument): boolean {
  const { letters } = reading.scheduler;
  const { text } = word;
  const [, name, value] = /^--([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  if (name !== undefined) return readLong(reading, word, { name, value: value ?? null });
  // bsub's one long option with a single dash.
  if (text === '-cwd' && reading.scheduler === bsub) return readOption(reading, word, 'c', null);
  if (!/^-./.test(text)) return false;
  for (let at = 1; at < text.length; at += 1) {
    const letter = text.charAt(at);
    const takes = letters.get(letter)?.takes === true;
    const rest = takes ? text.slice(at + 1) || null : null;
    if (!readOption(reading, word, letter, rest)) return false;
    if (takes) break;
  }
  return true;
}

function readLong(
  reading: Reading,
  word: Argument,
  { name, value }: { name: string; value: string | null },
): boolean {
  const { long, letters, optional } = reading.scheduler;
  const letter = letterOf(long, name);
  if (letters.get(letter)?.takes === false) {
    return value === null && readOption(reading, word, letter, null);
  }
  return readOption(reading, word, letter, letter === optional ? (value ?? '') : value);
}

/** The letter of a long name, or of a beginning that fits one name only. */
function letterOf(long: ReadonlyMap<string, string>, name: string): string {
  const fitting = [...long].filter(([each]) => each.startsWith(name));
  return long.get(name) ?? (fitting.length === 1 ? fitting[0]?.[1] : undefined) ?? '';
}

/** Reads one option. If no value is attached to it, the next word is its value. */
function readOption(
  reading: Reading,
  word: Argument,
  letter: string,
  attached: string | null,
): boolean {
  const option = reading.scheduler.letters.get(letter);
  const value = option?.takes ? (attached ?? reading.words[reading.at]?.text) : '';
  if (option === undefined || value === undefined) return false;
  if (option.takes && attached === null) reading.at += 1;
  add(reading, word, option.means(value));
  return true;
}

function add({ found }: Reading, { text: written, line }: Argument, pairs: Pairs): void {
  found.push(...pairs.map(([name, value]) => ({ name, value, written, line })));
}
