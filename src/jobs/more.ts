import type { Change, Changeable } from '../scripts/changes.ts';
import type { AskedFor } from './past.ts';
import { runtimeState } from './slurm-states.ts';

/** What a job that failed for lack of it is given more of when it runs again. */
export interface More {
  option: Changeable;
  /** Twice what it asked for, in MB or minutes, rounded up to what people write; null if it asked for none. */
  amount: number | null;
}

/** What a job lacked, by Slurm's word for its end; null if it lacked nothing that can be asked for. */
export function lackOf(job: { runtimeState: string; tasks: string }): 'memory' | 'time' | null {
  // Each task of an array ended in its own way.
  if (job.tasks !== '') return null;
  const { word } = runtimeState(job.runtimeState);
  if (word === 'OUT_OF_MEMORY') return 'memory';
  return word === 'TIMEOUT' ? 'time' : null;
}

/** More than what was asked for; null if there is no more, because it had all memory of a node or no time limit. */
export function moreThan(asked: AskedFor | null, lack: 'memory' | 'time'): More | null {
  if (lack === 'time') {
    const minutes = asked?.minutes ?? null;
    if (minutes === 'none') return null;
    return { option: 'time', amount: minutes === null ? null : roundMinutes(2 * minutes) };
  }
  const memory = asked?.memory ?? null;
  if (memory === null) return { option: 'mem', amount: null };
  if (memory.megabytes === 'all') return null;
  const option = { node: 'mem', cpu: 'mem-per-cpu', gpu: 'mem-per-gpu' } as const;
  return { option: option[memory.per], amount: roundMegabytes(2 * memory.megabytes) };
}

/** As it is written into the script; an empty value if no amount is known. */
export function changeFor({ option, amount }: More): Change {
  if (amount === null) return { option, value: '' };
  return { option, value: option === 'time' ? slurmTime(amount) : slurmMemory(amount) };
}

function roundMinutes(minutes: number): number {
  const step = minutes <= 60 ? 5 : minutes <= 600 ? 30 : 60;
  return Math.ceil(minutes / step) * step;
}

function roundMegabytes(megabytes: number): number {
  return megabytes <= 1024 ? megabytes : Math.ceil(megabytes / 1024) * 1024;
}

function slurmMemory(megabytes: number): string {
  return megabytes % 1024 === 0 ? `${megabytes / 1024}G` : `${megabytes}M`;
}

/** `9:00:00`, `1-12:00:00`. */
function slurmTime(minutes: number): string {
  const hours = Math.floor(minutes / 60) % 24;
  const days = Math.floor(minutes / 1440);
  const rest = `${String(minutes % 60).padStart(2, '0')}:00`;
  return days === 0 ? `${hours}:${rest}` : `${days}-${String(hours).padStart(2, '0')}:${rest}`;
}
