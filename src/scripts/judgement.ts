import type { Findings } from './findings.ts';
import { type Argument, type Option, readOptions } from './options.ts';
import type { Translated } from './other-schedulers.ts';
import { quoted } from './quoted.ts';
import { refusedSentence, valueProblem } from './refusals.ts';
import { namedNodes, nodeCount, timeLimit, wholeNumber } from './values.ts';
import { optionWarnings } from './warnings.ts';

/** An option that is in force. */
export interface Given {
  /** As written, without quotes; empty if it has none. */
  value: string;
  line: number;
  /** The part of its line that gives it and nothing else; null if there is none, or if the line is not #SBATCH. */
  piece: { start: number; end: number } | null;
  /** True if it comes from #PBS or #BSUB. */
  foreign: boolean;
}

/** Options that Slurm refuses together (slurm_opt.c); 'some' if not every version does. */
const exclusive: { names: string[]; some: boolean }[] = [
  { names: ['mem', 'mem-per-cpu', 'mem-per-gpu'], some: false },
  { names: ['exclusive', 'oversubscribe'], some: true },
  { names: ['core-spec', 'thread-spec'], some: false },
  { names: ['cpus-per-task', 'cpus-per-gpu'], some: true },
];

/** To find what was meant takes long, and nobody misspells this many. */
const suggestedWords = 100;

/** Reads the options from a component's words, and adds their problems to the findings. */
export function judgeComponent(
  words: readonly Argument[],
  notes: ReadonlyMap<number, string>,
  findings: Findings,
): Map<string, Given> {
  const { options, refused } = readOptions(words);
  const sentences = new Map<string, string>();
  for (const each of refused) {
    const { kind, written, line } = each;
    const known = sentences.get(`${kind} ${written}`);
    const isMany = sentences.size >= suggestedWords;
    const sentence =
      known ?? (isMany ? `Slurm refuses ${quoted(written)}.` : refusedSentence(each));
    sentences.set(`${kind} ${written}`, sentence);
    findings.add(kind, 'refused', line, sentence);
  }
  const given = new Map<string, Given>();
  for (const option of options) {
    const { name, line, piece } = option;
    judgeOption(option, notes.get(line) ?? '', findings);
    // The last one counts. If it has no value (--exclusive), the option has none.
    given.set(name, { value: option.value ?? '', line, piece, foreign: false });
  }
  return given;
}

function judgeOption(option: Option, note: string, findings: Findings): void {
  const { name, line, written } = option;
  if (name === 'test-only') {
    const sentence = '--test-only submits nothing: Waldur shows an error instead.';
    findings.add('test-only', 'refused', line, sentence);
  }
  if (option.unsure) {
    const sentence = `Some versions of Slurm do not take ${quoted(written)} for --${name}.`;
    findings.add('version', 'warning', line, sentence);
  }
  const problem = valueProblem(option);
  if (problem !== null && !problem.some) {
    findings.add(
      name === 'time' || name === 'mem' ? name : 'value',
      'refused',
      line,
      problem.sentence,
    );
    return;
  }
  if (problem !== null) findings.add('version', 'warning', line, problem.sentence);
  for (const { kind, sentence } of optionWarnings(option, note)) {
    findings.add(kind, 'warning', line, sentence);
  }
}

/** With any of these Slurm may know how many tasks there are. */
const taskCounts = ['ntasks', 'gpus', 'nodes', 'ntasks-per-node'];
const uncounted =
  'Slurm refuses --gpus-per-task without --ntasks or --gpus. Write --ntasks=1, too.';

/** Checks options that may not be given together or alone, whoever gives them. */
export function judgeTogether(
  components: readonly ReadonlyMap<string, Given>[],
  findings: Findings,
): void {
  for (const given of components) {
    together(given, findings);
    fewNodes(given, findings);
    fewTasks(given, findings);
    leastTime(given, findings);
    const line = given.get('gpus-per-task')?.line;
    if (line !== undefined && !taskCounts.some((name) => given.has(name))) {
      findings.add('tasks', 'warning', line, uncounted);
    }
  }
}

/** Seen: "invalid number of nodes (-N 2-1)". */
function fewNodes(given: ReadonlyMap<string, Given>, findings: Findings): void {
  const named = namedNodes(given.get('nodelist')?.value ?? '');
  const most = nodeCount(given.get('nodes')?.value ?? '')?.most ?? 0;
  if (most === 0 || most >= named) return;
  const sentence = `--nodelist names ${named} nodes, and --nodes asks for at most ${most}: some versions of Slurm refuse that.`;
  for (const line of linesOf(given, ['nodes', 'nodelist'])) {
    findings.add('few nodes', 'warning', line, sentence);
  }
}

/** Seen: "can't run 1 processes on 2 nodes, setting nnodes to 1", and Waldur showed an error while the job ran. */
function fewTasks(given: ReadonlyMap<string, Given>, findings: Findings): void {
  const tasks = wholeNumber(given.get('ntasks')?.value ?? '', 1);
  const named = namedNodes(given.get('nodelist')?.value ?? '');
  const nodes = Math.max(named, nodeCount(given.get('nodes')?.value ?? '')?.least ?? 0);
  if (tasks === null || tasks >= nodes) return;
  const sentence = `${tasks === 1 ? 'One task does' : `${tasks} tasks do`} not fill ${nodes} nodes: Slurm takes ${tasks} and complains, so Waldur shows an error although the job may run. Ask for as many tasks as nodes.`;
  for (const line of linesOf(given, [nodes === named ? 'nodelist' : 'nodes', 'ntasks'])) {
    findings.add('few tasks', 'warning', line, sentence);
  }
}

function leastTime(given: ReadonlyMap<string, Given>, findings: Findings): void {
  const limit = timeLimit(given.get('time')?.value ?? '')?.minutes;
  const least = timeLimit(given.get('time-min')?.value ?? '')?.minutes;
  if (typeof limit !== 'number' || typeof least !== 'number' || least <= limit) return;
  for (const line of linesOf(given, ['time', 'time-min'])) {
    findings.add('together', 'refused', line, 'Slurm refuses a --time-min above --time.');
  }
}

function linesOf(given: ReadonlyMap<string, Given>, names: readonly string[]): number[] {
  return names.map((name) => given.get(name)?.line ?? 1).toSorted((a, b) => a - b);
}

function together(given: ReadonlyMap<string, Given>, findings: Findings): void {
  for (const { names, some } of exclusive) {
    const both = names.filter((name) => given.has(name));
    if (both.length < 2) continue;
    const list = both.map((name) => `--${name}`).join(' and ');
    const sentence = `${some ? 'Newer versions of Slurm refuse' : 'Slurm refuses'} ${list} together. Leave one out.`;
    for (const line of linesOf(given, both)) {
      findings.add('together', some ? 'warning' : 'refused', line, sentence);
    }
  }
}

/** Replaces options of `#SBATCH` with those of `#PBS` or `#BSUB`, and adds one finding for all of them. */
export function judgeForeign(
  given: Map<string, Given>,
  of: { which: 'PBS' | 'BSUB'; found: Translated[]; findings: Findings },
): void {
  const { which, found, findings } = of;
  let replaces = false;
  for (const { name, value, written, line } of found) {
    const option = { written, line, piece: null, swallowed: false, unsure: false };
    const problem = name === null ? null : valueProblem({ ...option, name, value });
    if (name === null || (problem !== null && !problem.some)) {
      const sentence = problem?.sentence ?? `Slurm refuses ${quoted(written)} of #${which}.`;
      findings.add('foreign value', 'refused', line, sentence);
      break;
    }
    replaces ||= given.get(name)?.foreign === false;
    given.set(name, { value, line, piece: null, foreign: true });
  }
  const wins = replaces ? ', and takes them rather than #SBATCH' : '';
  const sentence = `Slurm reads #${which} lines, too${wins}. If they are left from another cluster, take them out.`;
  for (const { line } of found) findings.add('foreign', 'warning', line, sentence);
}
