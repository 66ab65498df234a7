import { max, millisecondsInDay, subMilliseconds } from '../dates.ts';
import type { Job, Place } from '../jobs/job.ts';
import {
  hasLeft,
  isLaterPage,
  type Queue,
  type QueueRow,
  type Silence,
  silence,
  writtenByTask,
} from '../jobs/queue-inference.ts';
import { baseOf } from '../jobs/slurm-id.ts';
import type { SeenRow } from '../store/seen-rows.ts';
import type { Watch } from '../store/watches.ts';
import { isLive, type Pass } from './job-rows.ts';

/**
 * Finds out which rows of a followed job have left the queue (jobs/queue-inference.ts), and remembers it. Of a job whose
 * end Waldur will tell (`live`) silence proves nothing, whatever somebody had written meanwhile. Nothing more
 * is read until something looks like a later page; then the list is read on, so that a full page is recognised as full.
 * @returns the time of the newest page that was judged: older pages need not be judged again
 */
export async function markLeftRows(pass: Pass, watch: Watch, rows: Job[]): Promise<Date> {
  const { history, pages } = pass;
  const live = rows.filter((row) => isLive(history, row));
  if (live.length === 0 || watch.live) return watch.judgedAt;
  const now = pages.now();
  const newPages = () => pagesIn(pass).filter((page) => page > watch.judgedAt);
  const fresh = newPages();
  const suspects = live.filter(({ modified }) =>
    fresh.some((page) => isLaterPage(page, modified, now)),
  );
  if (suspects.length === 0) return watch.judgedAt;
  await pages.readOn();
  await history.see(pages.rows.values());
  let isJudged = true;
  for (const row of suspects) {
    const verdict = await verdictOn(pass, row);
    if (verdict === 'left') await history.leave(row.uuid);
    isJudged &&= verdict !== 'not known';
  }
  if (!isJudged) return watch.judgedAt;
  const judged = newPages().filter((page) =>
    suspects.some(({ modified }) => isLaterPage(page, modified, now)),
  );
  return max([watch.judgedAt, ...judged]);
}

/** When rows were written that the hourly task may have written. Whether it has, their places will tell. */
function pagesIn({ pages, history, onRequest }: Pass): Date[] {
  return [...pages.rows.values()].flatMap((row) => {
    const seen = history.of(row.uuid);
    if (seen === undefined) return [];
    return writtenByTask({ beat: seen.beat, made: madeAt(row, seen.place) }, onRequest) ?? [];
  });
}

/** When the hourly task made a row: one without a user and a description. Null if it did not. */
function madeAt(row: Job, place: Place | null): Date | null {
  const mayBe = row.runtimeState !== '' && row.description === '';
  return mayBe && (place === null || place.userUuid === null) ? row.created : null;
}

/** Judges by the rows written since. All rows are read only if it matters whether somebody else has rows there. */
async function verdictOn(pass: Pass, row: Job): Promise<'left' | 'not proven' | 'not known'> {
  const home = await pass.history.placeOf(row.uuid);
  if (home === null) return 'not known';
  const all = [...pass.pages.rows.values()].filter(({ slurmId }) => slurmId !== '');
  const later = all.filter(({ modified }) => modified > row.modified);
  const bases = new Set([row, ...later].map(({ slurmId }) => baseOf(slurmId)));
  const about = all.filter(
    (each) => each.modified > row.modified || bases.has(baseOf(each.slurmId)),
  );
  const first = await leftBy(pass, row, { home, rows: about, complete: false });
  // Places cost a request each: they are read only where it may matter that nobody else has rows.
  if (first !== 'not proven' || !isPerhapsAlone(pass, later, all)) return first;
  return leftBy(pass, row, { home, rows: all, complete: pass.pages.unread() === 0 });
}

/** True if one of these rows has no user, and its project has rows of at most one known person. */
function isPerhapsAlone({ history }: Pass, rows: readonly Job[], all: readonly Job[]): boolean {
  const placeOf = ({ uuid }: Job) => history.of(uuid)?.place ?? null;
  const users = new Map<string, Set<string>>();
  for (const { project, userUuid } of all.flatMap((row) => placeOf(row) ?? [])) {
    if (userUuid !== null) users.set(project, (users.get(project) ?? new Set()).add(userUuid));
  }
  return rows.some((row) => {
    const place = placeOf(row);
    return place?.userUuid === null && (users.get(place.project)?.size ?? 0) <= 1;
  });
}

interface Evidence {
  home: Place;
  rows: readonly Job[];
  /** True if these are all rows that the reader may see. */
  complete: boolean;
}

async function leftBy(
  pass: Pass,
  row: Job,
  evidence: Evidence,
): Promise<'left' | 'not proven' | 'not known'> {
  const places = await placesOf(pass, evidence.rows);
  if (places === null) return 'not known';
  const queue = await queueOf(pass, { ...evidence, places, row });
  const suspect = queue.rows.find(({ uuid }) => uuid === row.uuid);
  return suspect !== undefined && hasLeft(suspect, queue) ? 'left' : 'not proven';
}

/** Null if not all places could be read in this pass. */
async function placesOf(
  { history }: Pass,
  rows: readonly Job[],
): Promise<Map<string, Place> | null> {
  const places = new Map<string, Place>();
  for (const { uuid } of rows) {
    const place = await history.placeOf(uuid);
    if (place === null) return null;
    places.set(uuid, place);
  }
  return places;
}

interface Given extends Evidence {
  places: Map<string, Place>;
  row: Job;
}

/** The rows of the cluster, including those that were seen within a day and are no longer shown. */
async function queueOf(pass: Pass, { rows, places, complete, home, row }: Given): Promise<Queue> {
  const { history, pages, onRequest } = pass;
  const there = rows.flatMap((job): QueueRow[] => {
    const place = places.get(job.uuid);
    const seen = history.of(job.uuid);
    if (!place || !seen || place.serviceSettings !== home.serviceSettings) return [];
    const { project, userUuid } = place;
    return [{ ...seen, project, userUuid, made: madeAt(job, place), gone: false }];
  });
  const since = subMilliseconds(row.modified, millisecondsInDay);
  const seen = await history.since(home.serviceSettings, since);
  const gone = seen.filter(({ uuid }) => !pages.rows.has(uuid)).map(asGone);
  const unread = pages.unread();
  return { rows: [...there, ...gone], complete, unread, onRequest, now: pages.now() };
}

function asGone(seen: SeenRow): QueueRow {
  const { project = null, userUuid = null } = seen.place ?? {};
  return { ...seen, project, userUuid, made: null, gone: true };
}

/** Counts the runs of the hourly task that wrote other rows of the same cluster but none of this job. */
export async function countSilentRuns(pass: Pass, watch: Watch, rows: Job[]): Promise<Silence> {
  const { pages, history, onRequest } = pass;
  const before = { runs: watch.silentRuns, at: watch.silentAt };
  if (onRequest || watch.live || !rows.some((row) => isLive(history, row))) return before;
  const written = max(rows.map(({ modified }) => modified));
  const own = new Set(rows.map(({ uuid }) => uuid));
  const after = max([written, before.at]);
  const others: Date[] = [];
  for (const row of pages.rows.values()) {
    const seen = history.of(row.uuid);
    if (seen === undefined || own.has(row.uuid)) continue;
    const time = writtenByTask({ beat: seen.beat, made: madeAt(row, seen.place) }, onRequest);
    if (time === null || time <= after) continue;
    const place = await history.placeOf(row.uuid);
    const isTheTasks = seen.beat !== null || place?.userUuid === null;
    if (place?.serviceSettings === watch.serviceSettings && isTheTasks) others.push(time);
  }
  return silence(before, written, others);
}
