import { Gauge, type Registry } from '@prometheus-io/client';
import { differenceInMilliseconds } from '../dates.ts';
import { phases } from '../jobs/phase.ts';
import { cached } from '../slack/cached.ts';
import type { Database } from '../store/database.ts';
import { type Figures, readFigures } from '../store/figures.ts';
import { PREFIX } from './metrics.ts';

/** How long counts are reused, in milliseconds. The tables are not read more often, however often somebody scrapes. */
const FRESH_MS = 5000;

interface Counted {
  registry: Registry;
  db: Database;
  isConnected(): boolean;
  now(): Date;
}

/** Adds gauges that are counted in the tables when somebody scrapes. */
export function addGauges({ registry, db, isConnected, now }: Counted): void {
  const registers = [registry];
  const kept = cached(() => readFigures(db, now()), { forMs: FRESH_MS, now });
  const figures = () => kept('all');
  const age = (since: Date | null) =>
    since === null ? 0 : Math.max(0, differenceInMilliseconds(now(), since) / 1000);
  new Gauge({
    name: `${PREFIX}followed_jobs`,
    help: 'Jobs that are followed, by phase. One that is followed in two threads counts twice.',
    labelNames: ['phase'],
    registers,
    async collect() {
      const { followed } = await figures();
      for (const phase of phases)
        this.set(
          { phase },
          sum(followed, (row) => row.phase === phase),
        );
    },
  });
  new Gauge({
    name: `${PREFIX}paused_jobs`,
    help: 'Jobs among those that nobody looks at until their person connects to Waldur again.',
    registers,
    async collect() {
      this.set(sum((await figures()).followed, (row) => row.paused));
    },
  });
  new Gauge({
    name: `${PREFIX}oldest_due_account_age_seconds`,
    help: 'For how long the account that waits longest should have been asked about; 0 when none is due.',
    registers,
    async collect() {
      this.set(age((await figures()).dueSince));
    },
  });
  new Gauge({
    name: `${PREFIX}owed_messages`,
    help: 'What people have not been told yet, by kind (card, reply, outcome, notice).',
    labelNames: ['kind'],
    registers,
    async collect() {
      const { owed } = await figures();
      for (const [kind, { count }] of Object.entries(owed)) this.set({ kind }, count);
    },
  });
  new Gauge({
    name: `${PREFIX}oldest_owed_message_age_seconds`,
    help: 'Since when the oldest of these is owed, by kind; 0 when none is. A card is edited in place and has no age.',
    labelNames: ['kind'],
    registers,
    async collect() {
      const { card: _, ...aged } = (await figures()).owed;
      for (const [kind, { since }] of Object.entries(aged)) this.set({ kind }, age(since));
    },
  });
  new Gauge({
    name: `${PREFIX}submissions`,
    help: 'Submissions that are kept (RETENTION_DAYS), by how far they have come.',
    labelNames: ['outcome'],
    registers,
    async collect() {
      this.reset();
      for (const { state, count } of (await figures()).submissions)
        this.set({ outcome: state }, count);
    },
  });
  new Gauge({
    name: `${PREFIX}slack_connected`,
    help: '1 while Slack can reach the bot: the socket is open, or the port listens.',
    registers,
    collect() {
      this.set(Number(isConnected()));
    },
  });
}

function sum(rows: Figures['followed'], which: (row: Figures['followed'][number]) => boolean) {
  return rows.filter(which).reduce((total, { count }) => total + count, 0);
}
