/** Arrays have at most MaxArraySize tasks; Slurm's default is 1001, and nobody sets it beyond this. */
const MOST_TASKS = 100_000;

/** An id taken apart: `1234` alone, or a part of it (`1234_7`, `1234_[8-20%2]`, `1234+1`). */
export interface SlurmId {
  /** The id that sbatch gave: what all parts share. */
  base: string;
  /** The tasks or components it stands for; null for the job as a whole. */
  parts: string[] | null;
}

/** Takes an id of the queue apart. What is not understood counts as a job of its own. */
export function parseSlurmId(text: string): SlurmId {
  const [, base, sign = '', rest = ''] = /^(\d+)(?:([_+])(.+))?$/.exec(text.trim()) ?? [];
  if (base === undefined) return { base: text.trim(), parts: null };
  if (sign === '') return { base, parts: null };
  const list = /^\[([^\]%]*)(?:%\d+)?\]$/.exec(rest)?.[1];
  const parts = sign === '_' && list !== undefined ? expand(list) : [rest];
  return { base, parts: parts.map((part) => `${sign === '+' ? '+' : ''}${part}`) };
}

/** `1,3,8-20:2` in full; a piece that is cut off (`…`) or too long stands for itself. */
function expand(list: string): string[] {
  const all = list.split(',').flatMap((piece) => {
    const [, from, to, step = '1'] = /^(\d+)-(\d+)(?::(\d+))?$/.exec(piece) ?? [];
    if (from === undefined || to === undefined) return [piece];
    const count = Math.floor((Number(to) - Number(from)) / Math.max(1, Number(step))) + 1;
    if (count < 1 || count > MOST_TASKS) return [piece];
    return Array.from({ length: count }, (_, index) =>
      String(Number(from) + index * Math.max(1, Number(step))),
    );
  });
  return all.filter((part) => part !== '');
}

/** Whether an id is that of the job with this base id, or of a part of it. */
export function belongsTo(slurmId: string, base: string): boolean {
  return base !== '' && parseSlurmId(slurmId).base === base;
}
