import type { Job } from './job.ts';
import { without } from './ranges.ts';
import { parseSlurmId } from './slurm-id.ts';

/** A job, several that fit equally well, or none. */
type Found<Row> = { found: Row } | { several: Row[] } | { none: true };

type Row = Pick<Job, 'uuid' | 'name' | 'slurmId'>;

/**
 * The job that a person means by `<job>`: a uuid (with or without dashes, in any case), a Slurm id of a job or a part
 * of it, a name (exact, or except for capitals), at least four characters of the beginning of a uuid, or the beginning
 * of a name. The first of these that fits any row decides. Several rows may belong to one job; only their service
 * settings tell.
 */
export function findJob<R extends Row>(reference: string, rows: readonly R[]): Found<R> {
  const wanted = reference.trim();
  if (wanted === '') return { none: true };
  const uuid = parseUuid(wanted);
  const start = parseStart(wanted);
  const ways: ((row: R) => boolean)[] = [
    (row) => row.uuid === uuid,
    (row) => isPartOf(row.slurmId, wanted),
    (row) => row.name === wanted,
    (row) => folded(row.name) === folded(wanted),
    (row) => start !== null && row.uuid.startsWith(start),
    (row) => folded(row.name).startsWith(folded(wanted)),
  ];
  for (const fits of ways) {
    const [first, ...others] = rows.filter(fits);
    if (first !== undefined)
      return others.length === 0 ? { found: first } : { several: [first, ...others] };
  }
  return { none: true };
}

const folded = (text: string) => text.toLowerCase();

/** True if a text can be a Slurm id: `450`, `450_5`, `68+1`, `450_[2-9%2]`. */
export function isSlurmId(text: string): boolean {
  return /^\d+(?:[_+](?:\d+|\[[\d,:%-]+\]))?$/.test(text.trim());
}

/** True if a row is about the job or part with this id, or about the job to which that part belongs. */
function isPartOf(slurmId: string, wanted: string): boolean {
  if (slurmId === wanted) return true;
  if (slurmId === '' || !isSlurmId(wanted)) return false;
  const [row, part] = [parseSlurmId(slurmId), parseSlurmId(wanted)];
  if (row.base !== part.base) return false;
  if (row.sign === '' || part.sign === '') return true;
  if (row.sign !== part.sign) return false;
  return row.open || without(part.ranges, row.ranges).left.length === 0;
}

/** A uuid as Waldur writes it (32 lower-case hexadecimal digits); null if the text is none. */
export function parseUuid(text: string): string | null {
  const digits = text.trim().toLowerCase();
  const plain = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(digits)
    ? digits.replaceAll('-', '')
    : digits;
  return /^[0-9a-f]{32}$/.test(plain) ? plain : null;
}

function parseStart(text: string): string | null {
  const plain = text.toLowerCase().replaceAll('-', '');
  return /^[0-9a-f]{4,32}$/.test(plain) ? plain : null;
}
