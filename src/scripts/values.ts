/** The values of sbatch's options as Slurm takes them: parse_time.c, proc_args.c, and sbatch's manual. */

/** A time limit in minutes, as Slurm rounds it up; 'none' is no limit. `unsure` where only some versions take it. */
export interface TimeLimit {
  minutes: number | 'none';
  unsure: boolean;
}

/** A time limit (`90`, `1:30:00`, `1-12`, `7-`); null if every Slurm refuses it. */
export function timeLimit(text: string): TimeLimit | null {
  if (/^(-1|infinite|unlimited)$/i.test(text)) return { minutes: 'none', unsure: false };
  const digits = text.replace(/[^\d]/g, '').length;
  const groups = text.split(/[-:]+/).filter(Boolean).length;
  const colons = text.split(':').length - 1;
  const hasDays = text.includes('-');
  if (!/^\d*(-\d*)?(:\d*){0,2}$/.test(text) || digits === 0) return null;
  const least = colons === 0 ? 1 : colons + (hasDays ? 2 : 1);
  // Slurm 22.05 counts digits where newer ones count numbers: it takes "10:".
  if (digits < least) return null;
  const seconds = hasDays ? withDays(text) : withoutDays(text);
  return { minutes: Math.ceil(seconds / 60) || 'none', unsure: groups < least };
}

/** days-[hours[:minutes[:seconds]]] */
function withDays(text: string): number {
  const [days = '', rest = ''] = text.split('-');
  const [hours = 0, minutes = 0, seconds = 0] = days === '' ? [] : numbers(rest);
  return Number(days) * 86_400 + hours * 3600 + minutes * 60 + seconds;
}

/** hours:minutes:seconds, or minutes[:seconds] */
function withoutDays(text: string): number {
  const [first = 0, second = 0, third] = numbers(text);
  return third === undefined ? first * 60 + second : first * 3600 + second * 60 + third;
}

/** Numbers between colons, up to the first that is missing (as sscanf reads them). */
function numbers(text: string): number[] {
  const parts = text.split(':');
  const end = parts.indexOf('');
  return (end === -1 ? parts : parts.slice(0, end)).map(Number);
}

const kibibytes: Record<string, number> = { k: 1, m: 1024, g: 1024 ** 2, t: 1024 ** 3 };

/** Memory in MB (of 1024 KB, as Slurm counts), rounded up; null if Slurm refuses it. No unit is MB. */
export function megabytes(text: string): number | null {
  const [, number = '', unit = 'm'] = /^\s*\+?(\d+)(?:([kmgt])b?)?$/i.exec(text) ?? [];
  if (number === '') return null;
  return Math.ceil((Number(number) * (kibibytes[unit.toLowerCase()] ?? 0)) / 1024);
}

/** A count (`4`, `2k`) of at least `least`; null if Slurm refuses it. */
export function wholeNumber(text: string, least: number): number | null {
  const [, number = '', unit = ''] = /^\s*\+?(\d+)([km]?)$/i.exec(text) ?? [];
  if (number === '') return text === '' && least === 0 ? 0 : null;
  const value = Number(number) * ({ k: 1024, m: 1024 ** 2 }[unit.toLowerCase()] ?? 1);
  return value >= least ? value : null;
}

/** How many nodes: `4`, `2-8`; from 23.02 also `1,2,4` and `2-8:2`. Null if every Slurm refuses it. */
export interface Nodes {
  least: number;
  most: number;
  unsure: boolean;
}

export function nodeCount(text: string): Nodes | null {
  const sizes = /^[\d,:-]+$/.test(text) && /[,:]/.test(text) ? text.match(/\d+/g) : null;
  if (sizes !== null) {
    const counts = sizes.map(Number);
    return { least: Math.min(...counts), most: Math.max(...counts), unsure: true };
  }
  const [first = '', ...rest] = text.split('-').map((part) => part.trim());
  const least = first === '' && rest.length > 0 ? 1 : wholeNumber(first || '?', 0);
  const most = rest.length === 0 ? least : wholeNumber(rest.join('-') || '?', 0);
  if (least === null || most === null || (most !== 0 && most < least)) return null;
  return { least, most, unsure: false };
}

/** An array's indexes: how many tasks, and how many at a time; null if Slurm refuses it. */
export interface Indexes {
  /** Without brackets and blank space, the part before `%`. */
  text: string;
  tasks: number;
  atATime: number | null;
}

export function arrayIndexes(text: string): Indexes | null {
  const [, list = '', limit = ''] = /^([^%]*)(?:%(\d*).*)?$/s.exec(text) ?? [];
  const parts = list.split(',').filter((part) => part !== '');
  let tasks = 0;
  for (const part of parts) {
    const [, first = '', last = first, step = '1'] =
      /^\[?\s*\+?(\d+)\]?(?:-\s*\+?(\d*)\]?(?::\s*\+?(\d+)\]?)?)?$/.exec(part) ?? [];
    if (first === '' || Number(last) < Number(first) || Number(step) === 0) return null;
    tasks += Math.floor((Number(last) - Number(first)) / Number(step)) + 1;
  }
  const shown = parts.join(',').replace(/[[\]\s]/g, '');
  return { text: shown, tasks, atATime: Number(limit) || null };
}

const generic = /^(?:gres[/:])?gpu(?:[:=]([^:=,(]+))?(?:[:=](\d+)[km]?)?(?:\(.*\))?$/i;

/** GPUs in a list of generic resources (`gpu:a100:2,tmpfs:10G`), or in a value of --gpus (`a100:2`, `2`). */
export function gpus(text: string, only: boolean): { count: number; type: string } | null {
  let count = 0;
  const types = new Set<string>();
  for (const item of text.split(',')) {
    const [all, first = '', second] = generic.exec(only ? `gpu:${item}` : item) ?? [];
    if (all === undefined) continue;
    const isCount = second === undefined && /^\d+$/.test(first);
    count += Number(second ?? (isCount ? first : 1));
    if (!isCount && first !== '') types.add(first);
  }
  return count === 0 ? null : { count, type: [...types].join(', ') };
}

const mailTypes: ReadonlySet<string> = new Set(
  'NONE BEGIN END FAIL REQUEUE ALL INVALID_DEPEND STAGE_OUT TIME_LIMIT TIME_LIMIT_90 TIME_LIMIT_80 TIME_LIMIT_50 ARRAY_TASKS'.split(
    ' ',
  ),
);

/** Which words of --mail-type Slurm knows, and which it passes over. */
export function mailTypesOf(text: string): { known: string[]; unknown: string[] } {
  const words = text.split(',').filter((word) => word !== '');
  const isKnown = (word: string) => mailTypes.has(word.toUpperCase());
  return { known: words.filter(isKnown), unknown: words.filter((word) => !isKnown(word)) };
}

/** True for a way to distribute tasks: block, cyclic:block, plane=4, each optionally with ,pack or ,nopack. */
export function isDistribution(value: string): boolean {
  if (/^plane=\d+$/i.test(value)) return true;
  const [levels = '', ...flags] = value.toLowerCase().split(',');
  const parts = levels.split(':');
  const isFlag = (word: string) => word === 'pack' || word === 'nopack';
  if (flags.length > 1 || !flags.every(isFlag) || parts.length > 3) return false;
  const isLevel = (word: string) => /^(block|f?cyclic|arbitrary|hostfile|\*)$/.test(word);
  return (flags.length === 0 && isFlag(levels)) || parts.every(isLevel);
}

const moments = [
  /today|tomorrow|midnight|noon|elevenses|fika|teatime/iy,
  /now(?:\s?[+-]\s?\d+\s?(?:(?:second|minute|hour|day|week)s?)?)?/iy,
  /(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s?[ap]m)?/iy,
  /\d{4}-\d\d?-\d\d?/y,
  /(?:0[1-9]|1[0-2]|[1-9](?=[./]))[./]?(?:0[1-9]|[12]\d|3[01]|[1-9](?!\d))(?:[./]?\d\d)?/y,
  /uts\d{7,}/iy,
  /[-\sT]/y,
];

/** True for a point in time as Slurm's parse_time reads it: one part after another. */
export function isMoment(text: string): boolean {
  let end = 0;
  while (end < text.length) {
    const part = moments.find((each) => {
      each.lastIndex = end;
      return each.test(text);
    });
    if (part === undefined) return false;
    end = part.lastIndex;
  }
  return end > 0;
}
