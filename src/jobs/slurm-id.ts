import { type Range, readRanges } from './ranges.ts';

/** A parsed id: of a whole job (`1234`), or of a part of one (`1234_7`, `1234_[8-20%2]`, `1234+1`). */
export interface SlurmId {
  /** The id that sbatch printed, which all parts share. */
  base: string;
  /** `_` for tasks of an array, `+` for components of a heterogeneous job; empty for the job as a whole. */
  sign: '' | '_' | '+';
  /** The tasks or components for which it stands; empty for the job as a whole. */
  ranges: Range[];
  /** True if the list is incomplete: squeue cuts off long ones (`319_[1-4,9,...]`). */
  open: boolean;
}

/** Parses an id, without ever expanding an array's ranges. An id that is not understood counts as a job of its own. */
export function parseSlurmId(text: string): SlurmId {
  const id = text.trim();
  const [, base = id, sign = '', rest = ''] = /^(\d+)(?:([_+])(.+))?$/.exec(id) ?? [];
  if (sign !== '_' && sign !== '+') return { base, sign: '', ranges: [], open: false };
  const list = /^\[([^\]%]*)(?:%\d+)?\]?$/.exec(rest)?.[1] ?? rest;
  return { base, sign, ...readRanges(list) };
}

/** The id of the whole job to which an id belongs. */
export function baseOf(slurmId: string): string {
  return parseSlurmId(slurmId).base;
}

/** True if an id is that of the job with this base id, or of one of its parts. */
export function belongsTo(slurmId: string, base: string): boolean {
  return base !== '' && baseOf(slurmId) === base;
}
