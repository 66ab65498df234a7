/** The options of sbatch that take a value, with their letter or none. From sbatch's manual, 22.05. */
const WITH_VALUE: Record<string, string> = {
  account: 'A',
  array: 'a',
  begin: 'b',
  chdir: 'D',
  clusters: 'M',
  comment: '',
  constraint: 'C',
  'core-spec': 'S',
  'cpus-per-gpu': '',
  'cpus-per-task': 'c',
  deadline: '',
  dependency: 'd',
  distribution: 'm',
  error: 'e',
  exclude: 'x',
  export: '',
  gpus: 'G',
  'gpus-per-node': '',
  'gpus-per-task': '',
  gres: '',
  hint: '',
  input: 'i',
  'job-name': 'J',
  licenses: 'L',
  'mail-type': '',
  'mail-user': '',
  mem: '',
  'mem-per-cpu': '',
  'mem-per-gpu': '',
  nodelist: 'w',
  nodes: 'N',
  ntasks: 'n',
  'ntasks-per-core': '',
  'ntasks-per-node': '',
  'ntasks-per-socket': '',
  'open-mode': '',
  output: 'o',
  partition: 'p',
  priority: '',
  qos: 'q',
  reservation: '',
  signal: '',
  switches: '',
  'threads-per-core': '',
  time: 't',
  'time-min': '',
  tmp: '',
  wckey: '',
};

/** Options without a value. `exclusive` and `nice` may have one after `=`. */
const ALONE: Record<string, string> = {
  contiguous: '',
  exclusive: '',
  hold: 'H',
  nice: '',
  'no-kill': 'k',
  'no-requeue': '',
  overcommit: 'O',
  oversubscribe: 's',
  parsable: '',
  quiet: 'Q',
  requeue: '',
  'spread-job': '',
  'test-only': '',
  'use-min-nodes': '',
  verbose: 'v',
  wait: 'W',
};

const SHORT = new Map(
  [...Object.entries(WITH_VALUE), ...Object.entries(ALONE)]
    .filter(([, letter]) => letter)
    .map(([name, letter]) => [letter, name] as const),
);

/** The reason why sbatch stops reading, as lines for its standard error. */
export class SbatchError extends Error {
  readonly lines: string[];
  constructor(...lines: string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

function unknown(option: string): SbatchError {
  return new SbatchError(
    `sbatch: unrecognized option '${option}'`,
    'Try "sbatch --help" for more information',
  );
}

function invalidLetter(letter: string): SbatchError {
  return new SbatchError(
    `sbatch: invalid option -- '${letter}'`,
    'Try "sbatch --help" for more information',
  );
}

function needsValue(name: string): SbatchError {
  return new SbatchError(
    `sbatch: option '--${name}' requires an argument`,
    'Try "sbatch --help" for more information',
  );
}

/** Reads the words of one `#SBATCH` line as getopt does; a repeated option's last value wins. */
export function readWords(words: string[], options: Record<string, string>): void {
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.startsWith('--') && word.length > 2) readLong(word, rest, options);
    else if (word.startsWith('-') && word.length > 1) readShort(word, rest, options);
    else throw new SbatchError(`sbatch: error: Invalid directive found in batch script: ${word}`);
  }
}

function readLong(word: string, rest: string[], options: Record<string, string>): void {
  const [, name = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  if (name in ALONE) options[name] = value ?? '';
  else if (name in WITH_VALUE) options[name] = value ?? rest.shift() ?? fail(needsValue(name));
  else throw unknown(word);
}

function readShort(word: string, rest: string[], options: Record<string, string>): void {
  const letter = word.charAt(1);
  const name = SHORT.get(letter);
  const glued = word.slice(2);
  if (!name) throw invalidLetter(letter);
  if (name in WITH_VALUE) {
    options[name] = glued || (rest.shift() ?? fail(needsValue(name)));
    return;
  }
  options[name] = '';
  if (glued) readShort(`-${glued}`, rest, options);
}

function fail(error: Error): never {
  throw error;
}
