/**
 * The grammar of sbatch's options as its manual gives it (sbatch(1), "OPTIONS"), written down a second time and in
 * another way than the reader has it, so that reader and tests do not share a mistake.
 */
import fc from 'fast-check';

/** `-A, --account=<account>` and so on: letter or nothing, long name, what follows. */
const synopsis = `
-a, --array=<indexes> · -A, --account=<text> · --acctg-freq=<sampling> · --batch=<text> · --bb=<text>
--bbf=<text> · -b, --begin=<moment> · -D, --chdir=<text> · --cluster-constraint=<text>
-M, --clusters=<text> · --comment=<text> · -C, --constraint=<text> · --container=<text>
--contiguous · -S, --core-spec=<count> · --cores-per-socket=<count> · --cpu-freq=<frequency>
--cpus-per-gpu=<count> · -c, --cpus-per-task=<count> · --delay-boot=<time> · -e, --error=<text>
-x, --exclude=<text> · --export=<text> · --export-file=<text> · -B, --extra-node-info=<sockets>
--gpu-bind=<text> · --gpu-freq=<text> · -G, --gpus=<gpus> · --gpus-per-node=<gpus>
--gpus-per-socket=<gpus> · --gpus-per-task=<gpus> · --gres=<gres> · -H, --hold · -i, --input=<text>
-J, --job-name=<text> · -L, --licenses=<text> · --mail-type=<mail> · --mail-user=<text>
--mcs-label=<text> · --mem=<memory> · --mem-bind=<binding> · --mem-per-cpu=<memory>
--mem-per-gpu=<memory> · --mincpus=<count> · --network=<text> · --no-requeue · -F, --nodefile=<text>
-w, --nodelist=<text> · -N, --nodes=<nodes> · -n, --ntasks=<count> · --ntasks-per-core=<count>
--ntasks-per-gpu=<count> · --ntasks-per-node=<count> · --ntasks-per-socket=<count>
-o, --output=<text> · -O, --overcommit · -s, --oversubscribe · -p, --partition=<text>
--prefer=<text> · --profile=<series> · -q, --qos=<text> · -Q, --quiet · --reboot · --requeue
--reservation=<text> · --sockets-per-node=<count> · --spread-job · --thread-spec=<count>
--threads-per-core=<count> · -t, --time=<time> · --time-min=<time> · --tmp=<memory>
--use-min-nodes · -v, --verbose · --wckey=<text>
`;

export type Kind =
  | ('text' | 'count' | 'time' | 'memory' | 'indexes' | 'nodes' | 'mail' | 'moment')
  | ('sampling' | 'frequency' | 'sockets' | 'series' | 'gpus' | 'gres' | 'binding');

/** An option of the manual; `kind` is null if it takes no value. */
export interface ManualOption {
  name: string;
  letter: string | null;
  kind: Kind | null;
}

const kinds: Record<string, Kind> = {
  ...{ text: 'text', count: 'count', time: 'time', memory: 'memory' },
  ...{ indexes: 'indexes', nodes: 'nodes', mail: 'mail', moment: 'moment' },
  ...{ sampling: 'sampling', frequency: 'frequency', sockets: 'sockets', series: 'series' },
  ...{ gpus: 'gpus', gres: 'gres', binding: 'binding' },
};

export const manual: readonly ManualOption[] = synopsis
  .split(/\n|·/)
  .map((entry) => entry.trim())
  .filter((entry) => entry !== '')
  .map((entry) => {
    const [, letter = null, name = '', kind = ''] =
      /^(?:-(\w), )?--([a-z-]+)(?:=<(\w+)>)?$/.exec(entry) ?? [];
    return { name, letter, kind: kinds[kind] ?? null };
  });

/** A value as a person may write it, and as Slurm reads it. */
export interface Sample {
  text: string;
  /** Minutes, megabytes, nodes or tasks; null of text. */
  means: number | null;
}

const digits = (max: number) => fc.integer({ min: 1, max });
const two = (n: number) => String(n).padStart(2, '0');

/** "minutes", "minutes:seconds", "hours:minutes:seconds", "days-hours", "days-hours:minutes", "days-hours:minutes:seconds" */
export const times: fc.Arbitrary<Sample> = fc
  .record({
    format: fc.constantFrom(0, 1, 2, 3, 4, 5),
    ...{ d: digits(40), h: digits(23), m: digits(59), s: digits(59) },
  })
  .map(({ format, d, h, m, s }) => {
    const day = 24 * 60;
    const formats: Sample[] = [
      { text: `${m}`, means: m },
      { text: `${m}:${two(s)}`, means: m + 1 },
      { text: `${h}:${two(m)}:${two(s)}`, means: h * 60 + m + 1 },
      { text: `${d}-${h}`, means: d * day + h * 60 },
      { text: `${d}-${two(h)}:${two(m)}`, means: d * day + h * 60 + m },
      { text: `${d}-${two(h)}:${two(m)}:${two(s)}`, means: d * day + h * 60 + m + 1 },
    ];
    return formats[format] ?? { text: '1', means: 1 };
  });

/** "Default units are megabytes. Different units can be specified using the suffix [K|M|G|T]." */
export const memories: fc.Arbitrary<Sample> = fc
  .record({
    amount: digits(4096),
    unit: fc.constantFrom(
      ...[['', 1] as const, ['K', 1 / 1024] as const, ['M', 1] as const],
      ...[['G', 1024] as const, ['T', 1024 * 1024] as const],
    ),
    byte: fc.constantFrom('', 'B', 'b'),
    small: fc.boolean(),
  })
  .map(({ amount, unit: [unit, factor], byte, small }) => ({
    text: `${amount}${small ? unit.toLowerCase() : unit}${unit === '' ? '' : byte}`,
    means: Math.ceil(amount * factor),
  }));

/** "0-15", "0,6,16-32", "0-15:4", "0-15%4" */
export const indexes: fc.Arbitrary<Sample> = fc
  .record({
    parts: fc.array(fc.tuple(digits(50), fc.nat(9), fc.integer({ min: 1, max: 3 })), {
      minLength: 1,
      maxLength: 4,
    }),
    limit: fc.option(digits(20)),
  })
  .map(({ parts, limit }) => {
    const texts = parts.map(([first, more, step]) => {
      if (more === 0) return String(first);
      return `${first}-${first + more}${step === 1 ? '' : `:${step}`}`;
    });
    const tasks = parts.flatMap(([first, more, step]) =>
      Array.from({ length: more + 1 }, (_, index) => first + index).filter(
        (index) => (index - first) % step === 0,
      ),
    );
    return {
      text: `${texts.join(',')}${limit === null ? '' : `%${limit}`}`,
      means: tasks.length,
    };
  });

/** "minnodes[-maxnodes]" */
export const nodes: fc.Arbitrary<Sample> = fc
  .tuple(digits(99), fc.option(fc.nat(9)))
  .map(([least, more]) => {
    if (more === null) return { text: String(least), means: least };
    return { text: `${least}-${least + more}`, means: least + more };
  });

const text = fc
  .string({ unit: fc.constantFrom(...'abzAZ09 ._-/%#:"\'\\=@+'), minLength: 1, maxLength: 12 })
  .filter((value) => value.trim() === value);

function oneOf(...texts: string[]): fc.Arbitrary<Sample> {
  return fc.constantFrom(...texts).map((value) => ({ text: value, means: null }));
}

const samples: Record<Kind, fc.Arbitrary<Sample>> = {
  text: text.map((value) => ({ text: value, means: null })),
  count: digits(500).map((count) => ({ text: String(count), means: count })),
  time: times,
  memory: memories,
  indexes,
  nodes,
  mail: fc
    .subarray(['BEGIN', 'END', 'FAIL', 'REQUEUE', 'ALL', 'TIME_LIMIT_80'], { minLength: 1 })
    .map((types) => ({ text: types.join(','), means: null })),
  moment: oneOf(
    ...['16:00', 'now+1hour', 'now+60', '2010-01-20T12:34:00', 'teatime', '12/31', '1:30pm'],
  ),
  sampling: oneOf('30', 'task=30', 'task=30,energy=10'),
  frequency: oneOf('low', '1000000', 'low-high', 'low-high:performance'),
  sockets: oneOf('2', '2:4', '2:4:1', '*:4'),
  gpus: oneOf('1', 'a100:2', 'a100:1,v100:2'),
  gres: oneOf('gpu', 'gpu:2', 'gpu:a100:2,mps:1', 'lustre', 'bandwidth:1g'),
  binding: oneOf('local', 'none', 'verbose,rank', 'map_mem:0,1'),
  series: oneOf('all', 'none', 'task', 'energy,task'),
};

/** How a value can be written in a directive: bare, or in either kind of quotes. */
function written(value: string): fc.Arbitrary<string> {
  const ways = [`"${value.replace(/["\\]/g, '\\$&')}"`, `'${value.replace(/['\\]/g, '\\$&')}'`];
  // A colon at the beginning of a word is refused.
  if (/^[\w./%=@+,-][\w./%:=@+,-]*$/.test(value)) ways.push(value);
  return fc.constantFrom(...ways);
}

/** All beginnings that belong to one name only: "abbreviations are permitted as long as they are unambiguous". */
export function abbreviations(name: string, among: readonly string[]): string[] {
  return Array.from({ length: name.length }, (_, index) => name.slice(0, index + 1)).filter(
    (beginning) =>
      beginning === name ||
      (!among.includes(beginning) &&
        among.filter((other) => other.startsWith(beginning)).length === 1),
  );
}

/** An option of the manual in one of its spellings, and its result. */
export interface Written {
  name: string;
  /** Empty if it takes none. */
  value: string;
  means: number | null;
  text: string;
}

export const writtenOption: fc.Arbitrary<Written> = fc
  .constantFrom(...manual)
  .chain(({ name, letter, kind }) => {
    if (kind === null) {
      const spellings = [`--${name}`, ...(letter === null ? [] : [`-${letter}`])];
      return fc.constantFrom(...spellings).map((spelling) => ({
        ...{ name, value: '', means: null, text: spelling },
      }));
    }
    return samples[kind].chain(({ text: value, means }) =>
      written(value).chain((quoted) => {
        const short = letter === null ? [] : [`-${letter} ${quoted}`, `-${letter}${quoted}`];
        return fc
          .constantFrom(`--${name}=${quoted}`, `--${name} ${quoted}`, ...short)
          .map((spelling) => ({ name, value, means, text: spelling }));
      }),
    );
  });
