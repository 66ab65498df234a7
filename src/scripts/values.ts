/** The values of sbatch's options as Slurm takes them: parse_time.c, proc_args.c, and sbatch's manual. */

/** A time limit in minutes, rounded up as Slurm does; 'none' means no limit. `unsure` if only some versions take it. */
interface TimeLimit {
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
  // Versions before 22.05 count digits, and later ones numbers: the earlier ones take ":30".
  const unsure = groups < least && digits >= least && text.startsWith(':');
  if (groups < least && !unsure) return null;
  // A negative number means that many days less than Slurm's 32 bits hold.
  const [, negative = '0'] = /^-(\d+)$/.exec(text) ?? [];
  if (Number(negative) > 0) return { minutes: 2 ** 32 - Number(negative) * 1440 + 1, unsure };
  const seconds = hasDays ? withDays(text) : withoutDays(text);
  return { minutes: Math.ceil(seconds / 60) || 'none', unsure };
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

/** A count of at least `least`; null if Slurm refuses it. */
export function wholeNumber(text: string, least: number): number | null {
  const [, number = ''] = /^\s*\+?(\d+)$/.exec(text) ?? [];
  if (number === '') return text === '' && least === 0 ? 0 : null;
  return Number(number) >= least ? Number(number) : null;
}

/** The only counts that may be in thousands (`2k`, of 1024) or millions. */
function nodesIn(text: string): number | null {
  const [, number = '', unit = ''] = /^\s*\+?(\d+)([km]?)$/i.exec(text) ?? [];
  const value = Number(number) * ({ k: 1024, m: 1024 ** 2 }[unit.toLowerCase()] ?? 1);
  return number === '' || Number(number) > mostNodes ? null : value;
}

/** The largest number in Slurm's 32 bits. */
const mostNodes = 2_147_483_647;

/** How many nodes: `4`, `2-8`; from 23.02 also `1,2,4` and `2-8:2`. Null if every Slurm refuses it. */
interface Nodes {
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
  const least = first === '' && rest.length > 0 ? 1 : nodesIn(first);
  const most = rest.length === 0 ? least : nodesIn(rest.join('-'));
  if (least === null || most === null || (most !== 0 && most < least)) return null;
  return { least, most, unsure: false };
}

/** How many different nodes a list such as `n[1-3,7],m` names; 0 if that cannot be told, as of a file. */
export function namedNodes(text: string): number {
  const names = new Set<string>();
  for (const part of outsideBrackets(text)) {
    const more = nodesOf(part);
    if (more === null || names.size + more.length > mostNamed) return 0;
    for (const name of more) names.add(name);
  }
  return names.size;
}

/** The parts between the commas that stand outside brackets; empty parts are left out. */
function outsideBrackets(text: string): string[] {
  const parts = [''];
  let isInside = false;
  for (const character of text) {
    if (character === '[') isInside = true;
    else if (character === ']') isInside = false;
    if (character === ',' && !isInside) parts.push('');
    else parts.push(`${parts.pop()}${character}`);
  }
  return parts.filter((part) => part !== '');
}

/** More nodes than anybody names. */
const mostNamed = 10_000;

/** The nodes of `n[1-3,7]` or `m`; null if it is neither. */
function nodesOf(text: string): string[] | null {
  const [, before = '', list] = /^([\w.-]+)(?:\[([\d,-]+)\])?$/.exec(text) ?? [];
  if (before === '') return null;
  if (list === undefined) return [before];
  const ranges = list.split(',').map((range) => {
    const [first = '', last = first] = range.split('-');
    return { from: Number(first), count: Number(last) - Number(first) + 1, width: first.length };
  });
  if (ranges.some(({ count }) => !(count > 0 && count <= mostNamed))) return null;
  if (ranges.reduce((sum, { count }) => sum + count, 0) > mostNamed) return null;
  return ranges.flatMap(({ from, count, width }) =>
    Array.from({ length: count }, (_, index) => before + String(from + index).padStart(width, '0')),
  );
}

/** An array's indexes, and how many run at a time; null if Slurm refuses it. */
export interface Indexes {
  /** Without brackets and blank space, and without the part after `%`. */
  text: string;
  atATime: number | null;
}

export function arrayIndexes(text: string): Indexes | null {
  const [, limit = ''] = /%(\d*)/.exec(text) ?? [];
  // Slurm reads nothing at all as the index 0.
  const parts = text.split(',').map((part) => part.replace(/%.*/s, ''));
  const given = parts.filter((part) => part.replace(/[[\]]/g, '') !== '');
  const shown: string[] = [];
  for (const part of given.length === 0 ? ['0'] : given) {
    const [, first = '', last = first, step = '1'] =
      /^\[?\s*\+?(\d+)\]?(?:-\s*\+?(\d*)\]?(?::\s*\+?(\d+)\]?)?)?$/.exec(part) ?? [];
    const range = [first, last, step].map(Number);
    const [from = 0, to = 0, by = 0] = range;
    if (first === '' || to < from || by === 0 || to > lastIndex) return null;
    const steps = by === 1 ? '' : `:${by}`;
    shown.push(to - from < by ? String(from) : `${from}-${to}${steps}`);
  }
  return { text: shown.join(','), atATime: Number(limit) || null };
}

/** The largest MaxArraySize that Slurm lets a cluster have, less one. */
const lastIndex = 4_000_000;

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

/** The words of --mail-type that Slurm knows, and those that it ignores. */
export function mailTypesOf(text: string): { known: string[]; unknown: string[] } {
  const words = text.split(',').filter((word) => word !== '');
  const isKnown = (word: string) => mailTypes.has(word.toUpperCase());
  return { known: words.filter(isKnown), unknown: words.filter((word) => !isKnown(word)) };
}
