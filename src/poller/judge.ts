import type { Job } from '../jobs/job.ts';
import { hasLeft, isLater, runsIn, type Stamp } from '../jobs/runs.ts';
import type { Watch } from '../store/watches.ts';
import { isLive, type Pass } from './family.ts';
import type { Memory } from './memory.ts';

/** A row that the hourly task has just made has been written once. */
const JUST_MADE_MS = 5000;

/**
 * Finds out which rows of a followed job have left the queue (jobs/runs.ts), and remembers it. As long as nothing
 * looks like a later run nothing is read; then the list is read on, so that a full run is not taken for one that is not.
 * @returns up to which row was judged, so that it is not done again before something newer comes
 */
export async function judge(pass: Pass, watch: Watch, rows: Job[]): Promise<Date> {
  const { memory, pages } = pass;
  const live = rows.filter((row) => isLive(memory, row));
  const suspect = live.filter((row) => isSuspect(pass, watch, row));
  if (pass.pulls || suspect.length === 0) return watch.judgedAt;
  await pages.readOn();
  await memory.see(pages.rows.values());
  for (const row of suspect) {
    const stamps = await stampsLike(pass, row);
    if (stamps === null) return watch.judgedAt;
    if (hasLeft(row.modified, runsIn(stamps))) await memory.leave(row.uuid);
  }
  const times = [...pages.rows.values()].filter(heard).map(({ modified }) => modified.getTime());
  return new Date(Math.max(watch.judgedAt.getTime(), ...times));
}

const heard = ({ runtimeState }: Job) => runtimeState !== '';

/** Whether something that only the hourly task can have done was done after this row was written. */
function isSuspect({ pages, memory }: Pass, watch: Watch, row: Job): boolean {
  return [...pages.rows.values()].some(
    (other) =>
      heard(other) &&
      other.modified > watch.judgedAt &&
      isLater(other, row.modified) &&
      (isCertain(memory, other) || mayBeMade(memory, other)),
  );
}

function isCertain(memory: Memory, row: Job): boolean {
  const seen = memory.of(row.uuid);
  if (seen?.beat?.getTime() === row.modified.getTime()) return true;
  return seen !== undefined && seen.place !== null && seen.place.userUuid === null;
}

/** A row without a user has no description; whether it has one is not known before its place is read. */
function mayBeMade(memory: Memory, { uuid, description, created, modified }: Job): boolean {
  const isNew = modified.getTime() - created.getTime() < JUST_MADE_MS;
  return memory.of(uuid)?.place === null && description === '' && isNew;
}

/** Later stamps of the same cluster and project; null when not all rows could be read in this pass. */
async function stampsLike({ pages, memory }: Pass, row: Job): Promise<Stamp[] | null> {
  const home = await memory.placeOf(row.uuid);
  if (home === null) return null;
  const stamps: Stamp[] = [];
  for (const other of pages.rows.values()) {
    if (other.uuid === row.uuid || !heard(other) || !isLater(other, row.modified)) continue;
    const place = await memory.placeOf(other.uuid);
    if (place === null) return null;
    if (place.serviceSettings !== home.serviceSettings || place.project !== home.project) continue;
    stamps.push({ uuid: other.uuid, modified: other.modified, certain: isCertain(memory, other) });
  }
  return stamps;
}
