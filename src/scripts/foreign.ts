import { pbsResources } from './pbs-resources.ts';
import type { Argument } from './options.ts';
import { wholeNumber } from './values.ts';

/** What a directive of another scheduler gives: an option of sbatch, or null where Slurm refuses the word. */
export interface Translated {
  name: string | null;
  value: string;
  /** The word that gave it. */
  written: string;
  line: number;
}

interface Scheduler {
  /** By letter: whether it takes a value, and what Slurm makes of it. */
  letters: Map<string, { takes: boolean; means(value: string): [string | null, string][] }>;
  /** Letters by their long names. */
  long: Map<string, string>;
}

const means = (name: string) => (value: string): [string | null, string][] => [[name, value]];
const nothing = (): [string | null, string][] => [];
const refused = (value: string): [string | null, string][] => [[null, value]];

/** Options of qsub (xlate.c: _set_pbs_options). */
const pbs: Scheduler = scheduler({
  values: {
    a: means('begin'),
    A: means('account'),
    e: means('error'),
    J: means('array'),
    l: pbsResources,
    m: (value) => (/[abe]/i.test(value) || /n/i.test(value) ? [['mail-type', pbsMail(value)]] : refused(value)),
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
  values: {
    c: means('chdir'),
    e: means('error'),
    J: means('job-name'),
    m: (value) => [['nodelist', value.replaceAll(' ', ',')]],
    // LSF's unit is KB.
    M: (value) => [['mem-per-cpu', `${Math.ceil(leadingNumber(value) / 1024)}M`]],
    // Of "min,max" Slurm takes the second.
    n: (value) => {
      const tasks = value.includes(',') ? value.slice(value.indexOf(',') + 1) : value;
      return wholeNumber(tasks, 1) === null ? refused(value) : [['ntasks', tasks]];
    },
    o: means('output'),
    q: means('partition'),
    // Minutes up to the first character that is no digit: 6:00 is six minutes.
    W: (value) => [['time', String(leadingNumber(value))]],
  },
  flags: { x: means('exclusive') },
  long: `cwd=c error_file=e job_name=J hostname=m memory_limit=M output_file=o queue_name=q time=W
    exclusive=x`,
});

function leadingNumber(value: string): number {
  return Number(/^\s*\d+/.exec(value)?.[0] ?? 0);
}

function scheduler(given: {
  values: Record<string, (value: string) => [string | null, string][]>;
  flags: Record<string, (value: string) => [string | null, string][]>;
  long: string;
}): Scheduler {
  const entries = (table: typeof given.values, takes: boolean) =>
    Object.entries(table).map(([letter, mean]): [string, { takes: boolean; means: typeof mean }] => [
      letter,
      { takes, means: mean },
    ]);
  const long = given.long.trim().split(/\s+/).map((pair): [string, string] => {
    const [name = '', letter = ''] = pair.split('=');
    return [name, letter];
  });
  return {
    letters: new Map([...entries(given.values, true), ...entries(given.flags, false)]),
    long: new Map(long),
  };
}

/** Options of sbatch that the words of all `#PBS` or `#BSUB` directives stand for. */
export function translate(which: 'PBS' | 'BSUB', words: readonly Argument[]): Translated[] {
  const { letters, long } = which === 'PBS' ? pbs : bsub;
  const found: Translated[] = [];
  let at = 0;

  function add(own: Argument, pairs: [string | null, string][]): void {
    const { text: written, line } = own;
    found.push(...pairs.map(([name, value]) => ({ name, value, written, line })));
  }

  /** Takes the option that begins here; false where Slurm refuses the word. */
  function option(own: Argument, letter: string, attached: string | null): boolean {
    const known = letters.get(letter);
    if (known === undefined) return false;
    if (!known.takes) {
      add(own, known.means(''));
      return true;
    }
    const value = attached ?? words[at]?.text;
    if (value === undefined) return false;
    if (attached === null) at += 1;
    add(own, known.means(value));
    return true;
  }

  function word(own: Argument): boolean {
    const { text } = own;
    if (text.startsWith('--')) {
      const [, name = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
      return option(own, long.get(name) ?? '', value ?? null);
    }
    // bsub's one long option with a single dash.
    if (which === 'BSUB' && text === '-cwd') return option(own, 'c', null);
    for (let index = 1; index < text.length; index += 1) {
      const letter = text.charAt(index);
      const takes = letters.get(letter)?.takes ?? false;
      const rest = text.slice(index + 1);
      if (!option(own, letter, takes && rest !== '' ? rest : null)) return false;
      if (takes) return true;
    }
    return text.length > 1;
  }

  for (let own = words[at]; own !== undefined; own = words[at]) {
    at += 1;
    if (!own.text.startsWith('-') || !word(own)) {
      add(own, [[null, own.text]]);
      break;
    }
  }
  return found;
}
