import type { Request } from './slurm-checks.ts';
import { readMegabytes, readSleep } from './slurm-units.ts';

/** A state and its duration in seconds. The last state stays. */
export interface Step {
  state: string;
  seconds: number;
}

const DEFAULT_RUN_SECONDS = 10;
const COMPLETING_SECONDS = 1;
const REQUEUE_AFTER_SECONDS = 3;
const FORCED_ENDS = /^(OUT_OF_MEMORY|NODE_FAIL|CANCELLED( by \d+)?|PREEMPTED|DEADLINE|BOOT_FAIL)$/;
/** Interpreters that a node has. Another path fails at once: "execve(): bad interpreter". */
const INTERPRETERS = /^#!\s*\/(usr\/)?(local\/)?bin\/\S+/;

/** Lines `# sandbox: …` of a script: what its writer wants to happen. */
function wishes(text: string): string[] {
  return [...text.matchAll(/^#\s*sandbox:\s*(.+?)\s*$/gm)].map((match) => match[1] ?? '');
}

/** Seconds in the queue: `# sandbox: queue 30`, or what the cluster takes. */
export function queueSeconds(text: string, standard: number): number {
  const wish = wishes(text).find((line) => /^queue \d+(\.\d+)?$/.test(line));
  return wish ? Number(wish.slice('queue '.length)) : standard;
}

/**
 * The course of a job once it starts, read from its script: `sleep` sets how long it runs, `exit 3` how it ends,
 * `--time` cuts it off, and `# sandbox: NODE_FAIL` (or another end), `# sandbox: memory 40G`, `# sandbox: state
 * SUSPENDED 20` and `# sandbox: requeue` force the rest.
 */
export function planRun(text: string, request: Request, queue: number): Step[] {
  const wanted = wishes(text);
  const end = endOf(text, request, wanted);
  const between = wanted.flatMap(readStateWish);
  const run = [{ state: 'RUNNING', seconds: end.seconds }, ...between, ...end.steps];
  if (!wanted.includes('requeue')) return run;
  const first = [{ state: 'RUNNING', seconds: REQUEUE_AFTER_SECONDS }];
  const failed = end.steps.filter((step) => step.state === 'NODE_FAIL');
  const again = failed.length > 0 ? [{ state: 'RUNNING', seconds: end.seconds }, completed()] : run;
  const broken = failed.map((step) => ({ ...step, seconds: REQUEUE_AFTER_SECONDS }));
  return [...first, ...broken, { state: 'PENDING', seconds: queue }, ...again];
}

function completed(): Step {
  return { state: 'COMPLETED', seconds: 0 };
}

/** `# sandbox: state SUSPENDED 20`: another state for so long before the end. */
function readStateWish(wish: string): Step[] {
  const match = /^state (\S+) (\d+)$/.exec(wish);
  return match ? [{ state: match[1] ?? '', seconds: Number(match[2]) }] : [];
}

function endOf(
  text: string,
  request: Request,
  wanted: string[],
): { seconds: number; steps: Step[] } {
  const only = (state: string) => [{ state, seconds: 0 }];
  if (!INTERPRETERS.test(text) || !text.includes('\n'))
    return { seconds: 0, steps: only('FAILED') };
  const seconds = runSeconds(text);
  const forced = wanted.find((wish) => FORCED_ENDS.test(wish));
  if (forced) return { seconds, steps: only(forced) };
  if (usesTooMuch(request, wanted)) return { seconds, steps: only('OUT_OF_MEMORY') };
  const limit = request.minutes * 60;
  if (seconds > limit) {
    const completing = { state: 'COMPLETING', seconds: COMPLETING_SECONDS };
    return { seconds: limit, steps: [completing, ...only('TIMEOUT')] };
  }
  return { seconds, steps: only(exitCode(text) === 0 ? 'COMPLETED' : 'FAILED') };
}

function usesTooMuch(request: Request, wanted: string[]): boolean {
  const wish = wanted.find((line) => line.startsWith('memory '));
  const used = wish ? (readMegabytes(wish.slice('memory '.length)) ?? 0) : 0;
  return request.memoryMb !== null && request.memoryMb > 0 && used > request.memoryMb;
}

/** Commands of a script: its lines without comments, split at `;` and `&&`. */
function commands(text: string): string[] {
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  return lines.flatMap((line) => line.split(/;|&&/)).map((command) => command.trim());
}

function runSeconds(text: string): number {
  const sleeps = commands(text).flatMap((command) => {
    const match = /^(?:srun\s+)?sleep\s+(\S+)$/.exec(command);
    return match ? [readSleep(match[1] ?? '') ?? DEFAULT_RUN_SECONDS] : [];
  });
  return sleeps.length === 0 ? DEFAULT_RUN_SECONDS : sleeps.reduce((sum, next) => sum + next, 0);
}

function exitCode(text: string): number {
  const exit = commands(text).find((command) => /^exit\s+\d+$/.test(command));
  return exit ? Number(exit.replace(/\D+/, '')) % 256 : 0;
}
