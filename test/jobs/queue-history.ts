import { max } from '../../src/dates.ts';
import type { Job } from '../../src/jobs/job.ts';
import {
  beatOf,
  hasLeft,
  looksOf,
  type Queue,
  type QueueRow,
  type Sight,
} from '../../src/jobs/queue-inference.ts';

/** A Waldur and its cluster, second by second, and somebody who looks at its rows as the poller does. */

const HOUR = 3600;
const START = Date.UTC(2026, 10, 24);
const at = (second: number) => new Date(START + second * 1000);

interface SlurmJob {
  id: string;
  who: number;
  inQueue: boolean;
  state: string;
  /** When it came back into the queue last. */
  backAt: number;
}

interface Row extends Job {
  project: string;
  userUuid: string | null;
  /** True if it no longer fits the schema, so that nobody who looks sees it. */
  garbled: boolean;
}

export type Happening =
  /** `project` is one of Waldur's; null for a job that was submitted on the cluster. */
  | { what: 'submit'; who: number; project: number | null; count: number }
  | { what: 'end' | 'requeue' | 'start'; pick: number }
  | { what: 'edit' | 'edit nothing' | 'pull' | 'unlink' | 'garble'; pick: number }
  | { what: 'look' };

export interface Hour {
  /** Seconds that the task needs for each person before it writes their page. */
  delays: number[];
  /** The people whose pages fail. */
  fails: boolean[];
  happenings: (Happening & { second: number })[];
}

/**
 * Each person's first project; everybody has a row of their own there.
 * @param lag seconds by which the looker's clock is behind Waldur's
 */
export function history(firstProjects: readonly number[], hours: readonly Hour[], lag = 0) {
  const jobs: SlurmJob[] = [];
  const rows: Row[] = [];
  const memory = new Map<string, Sight & { row: QueueRow }>();
  /** The rows whose jobs were found to have left, and when. */
  const found: { uuid: string; slurmId: string; right: boolean }[] = [];
  let onRequest = false;
  let now = 0;
  let count = 0;

  const addRow = (fields: Partial<Row>): Row => {
    count += 1;
    const row: Row = {
      uuid: count.toString(16).padStart(32, '0'),
      name: 'job',
      description: '',
      state: 'ok',
      runtimeState: '',
      slurmId: '',
      created: at(now),
      modified: at(now),
      errorMessage: '',
      project: '',
      userUuid: null,
      garbled: false,
      ...fields,
    };
    rows.unshift(row);
    return row;
  };
  const write = (row: Row, fields: Partial<Row>) => {
    Object.assign(row, fields, { modified: at(now) });
  };
  const pick = <T>(list: readonly T[], index: number) => list[index % list.length];

  const page = (who: number) => {
    const queue = jobs.filter((job) => job.inQueue && job.who === who).toReversed();
    for (const job of queue.slice(0, 25)) {
      const project = `p${firstProjects[who]}`;
      const known = rows.find((row) => row.slurmId === job.id && row.project === project);
      const news = { runtimeState: job.state, name: 'slurm', state: 'ok' as const };
      if (known) write(known, news);
      else addRow({ ...news, slurmId: job.id, project });
    }
  };

  const remember = (row: Row) => {
    const before = memory.get(row.uuid);
    const beat = before === undefined ? null : beatOf(before, row);
    const made = row.userUuid === null && row.description === '' ? row.created : null;
    const seen = { ...row, beat, made, looks: looksOf(row), gone: false };
    memory.set(row.uuid, { ...seen, row: seen });
  };

  const look = () => {
    const visible = rows.filter(({ garbled }) => !garbled);
    const unread = rows.length - visible.length;
    for (const row of visible) remember(row);
    const known = [...memory.values()].map(({ row }) => ({
      ...row,
      gone: visible.every(({ uuid }) => uuid !== row.uuid),
    }));
    const complete = unread === 0;
    // As the poller does: no earlier than what Waldur itself has written.
    const time = max([at(now - lag), ...visible.map(({ modified }) => modified)]);
    const queue: Queue = { rows: known, complete, unread, onRequest, now: time };
    for (const row of known.filter(({ gone, runtimeState }) => !gone && runtimeState !== '')) {
      if (!hasLeft(row, queue)) continue;
      const job = jobs.find(({ id }) => id === row.slurmId);
      // The rows that everybody has from before are of jobs that ended long ago. A job that has come back since was out
      // of it until then, although its row may have been edited after it had left.
      const right = !job?.inQueue || at(job.backAt) > row.modified;
      found.push({ uuid: row.uuid, slurmId: row.slurmId, right });
    }
  };

  const happen = (happening: Happening) => {
    switch (happening.what) {
      case 'submit':
        for (let each = 0; each < happening.count; each += 1) {
          const id = String(1000 + jobs.length);
          const { who, project } = happening;
          jobs.push({ id, who, inQueue: true, state: 'PENDING', backAt: -1 });
          const mine = { slurmId: id, userUuid: `u${who}`, description: 'mark' };
          if (project !== null) addRow({ ...mine, project: `p${project}` });
        }
        return;
      case 'look':
        return look();
      case 'end':
      case 'requeue':
      case 'start': {
        const job = pick(jobs, happening.pick);
        return job && move(job, happening.what);
      }
      default: {
        const row = pick(rows, happening.pick);
        return row && touch(row, happening.what);
      }
    }
  };
  const touch = (row: Row, what: 'edit' | 'edit nothing' | 'pull' | 'unlink' | 'garble') => {
    if (what === 'garble') {
      row.garbled = true;
      return;
    }
    if (what === 'edit') return write(row, { description: `edited at ${now}` });
    if (what !== 'unlink') {
      onRequest = true;
      return write(row, {});
    }
    // A job that nobody ever saw leaves no trace.
    if (memory.has(row.uuid)) rows.splice(rows.indexOf(row), 1);
  };
  const move = (job: SlurmJob, what: 'end' | 'requeue' | 'start') => {
    if (what === 'end') job.inQueue = false;
    if (what === 'requeue') {
      const backAt = job.inQueue ? job.backAt : now;
      Object.assign(job, { inQueue: true, state: 'PENDING', backAt });
    }
    if (what === 'start' && job.inQueue) job.state = 'RUNNING';
  };

  for (const [who, project] of firstProjects.entries()) {
    addRow({
      userUuid: `u${who}`,
      project: `p${project}`,
      slurmId: `${who}`,
      runtimeState: 'RUNNING',
    });
  }
  for (const [hour, { delays, fails, happenings }] of hours.entries()) {
    const events = happenings.map((each) => ({ second: each.second, run: () => happen(each) }));
    let second = 0;
    for (const who of firstProjects.keys()) {
      second += delays[who] ?? 2;
      if (fails[who] !== true) events.push({ second, run: () => page(who) });
    }
    for (const event of events.toSorted((a, b) => a.second - b.second)) {
      now = hour * HOUR + event.second;
      event.run();
    }
  }
  return { found };
}
