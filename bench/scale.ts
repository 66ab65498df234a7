import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { botEnvironment, startBotProcess } from '../sandbox/processes.ts';
import { controlSlack } from '../sandbox/slack/control.ts';
import { startSlack } from '../sandbox/slack/server.ts';
import { ANA, BOT, TEAM } from '../sandbox/slack/world.ts';
import { demoSeed } from '../sandbox/waldur/demo-seed.ts';
import { startWaldur } from '../sandbox/waldur/server.ts';
import { openDatabase } from '../src/store/database.ts';
import { insertWatch, type NewWatch } from '../src/store/watches.ts';
import type { Row } from './numbers.ts';

const MINUTE = 60_000;
/** Slack's limits: edits a minute in the workspace, and milliseconds between two posts in a channel. */
const EDITS = 50;
const POST_MS = 1000;

/** Jobs whose news the bot owes when it starts: a card to post, or an edit of one that is there. */
interface Burst {
  cards: number;
  channels: number;
  isEdit: boolean;
  /** For how long Slack answers 503 once the first call has come, in milliseconds. */
  outageMs: number;
}

/** What became of a burst: milliseconds from the first call (or the outage's end) to the last one that worked. */
interface Told {
  lastMs: number;
  calls: number;
  refused: number;
}

/** Starts the real bot on a database that owes all this, against a Slack that keeps its limits. */
async function told({ cards, channels, isEdit, outageMs }: Burst): Promise<Told> {
  const slack = await startSlack({ manifest: 'manifest.yml', rateLimits: true });
  const waldur = await startWaldur({
    as: 'documented',
    speed: 1,
    seed: demoSeed,
    log: () => undefined,
  });
  const control = controlSlack(slack.url);
  const directory = mkdtempSync(join(tmpdir(), 'slurm-bench-'));
  const db = await openDatabase(join(directory, 'data', 'slurm.db'));
  const now = new Date();
  for (let each = 0; each < cards; each += 1) {
    const channel = `C0SCALE${1000 + (each % channels)}`;
    if (each < channels) await control.addChannel(channel, 'public', [ANA, BOT]);
    await insertWatch(db, watchOf(`job${each}`, channel, now));
  }
  await db.updateTable('watches').set({ paused: true }).execute();
  if (isEdit) await postCards(db, slack);
  await db.destroy();
  const method = isEdit ? 'chat.update' : 'chat.postMessage';
  if (outageMs > 0) {
    for (const name of ['chat.postMessage', 'chat.update', 'users.conversations']) {
      await control.fault({ method: name, kind: 'http503', times: 1_000_000 });
    }
  }
  const begun = (await control.ledger()).at(-1)?.seq ?? 0;
  const point = botEnvironment({ ready: true, ...slack }, { url: waldur.url, tokens: {} });
  const bot = await startBotProcess(directory, point);
  let from: string | null = null;
  if (outageMs > 0) {
    await sleep(outageMs);
    await control.clearFaults();
    from = new Date().toISOString();
  }
  for (;;) {
    const entries = (await control.ledger(begun)).filter((one) => one.kind === 'api');
    const done = entries.filter((one) => one.method === method && one.status === 200);
    if (done.length >= cards) {
      await bot.kill();
      await Promise.all([slack.close(), waldur.close()]);
      const first = from ?? done[0]?.at ?? '';
      return {
        lastMs: Date.parse(done[cards - 1]?.at ?? '') - Date.parse(first),
        calls: entries.length,
        refused: entries.filter(({ status }) => status === 429).length,
      };
    }
    await sleep(500);
  }
}

function watchOf(name: string, channel: string, now: Date): NewWatch {
  return {
    team: TEAM.id,
    user: ANA,
    channel,
    threadTs: null,
    submissionId: null,
    name,
    projectName: 'bio',
    serviceSettings: '',
    ownerName: 'Ana Tamm',
    phase: 'running',
    seenAt: now,
    job: {
      uuid: randomBytes(16).toString('hex'),
      name,
      description: '',
      state: 'ok',
      runtimeState: 'RUNNING',
      slurmId: '4711',
      errorMessage: '',
      created: now,
      modified: now,
    },
  };
}

type Database = Awaited<ReturnType<typeof openDatabase>>;

/** Gives each watch a card that shows something else, posted by the bot's own token before it starts. */
async function postCards(
  db: Database,
  { apiUrl, botToken }: { apiUrl: string; botToken: string },
): Promise<void> {
  for (const { id, channel } of await db
    .selectFrom('watches')
    .select(['id', 'channel'])
    .execute()) {
    const response = await fetch(`${apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel, text: 'a card' }),
    });
    const answer: unknown = await response.json();
    const ts = typeof answer === 'object' && answer !== null && Reflect.get(answer, 'ts');
    await db
      .updateTable('watches')
      .set({ cardTs: String(ts), cardShown: 'something else' })
      .where('id', '=', id)
      .execute();
  }
}

const seconds = (what: string, aim: number, ours: number, floor: number): Row => ({
  what,
  unit: 's',
  aim,
  ours: ours / 1000,
  floor: floor / 1000,
});

/** The share of calls that Slack refused, in percent, beside the 5 % that may be. */
const refusedRow = (what: string, { refused, calls }: Told): Row => ({
  what: `${what}: refused, against 5 %`,
  unit: '%',
  aim: 1,
  ours: (100 * refused) / calls,
  floor: 5,
});

/** Bursts and an outage at Slack's real limits, side by side; each with a bot, a Slack and a Waldur of its own. */
export async function scale(): Promise<Row[]> {
  const posts = { isEdit: false, outageMs: 0 };
  const [spread, one, edits, outage] = await Promise.all([
    told({ cards: 300, channels: 300, ...posts }),
    told({ cards: 100, channels: 1, ...posts }),
    told({ cards: 120, channels: 120, isEdit: true, outageMs: 0 }),
    told({ cards: 40, channels: 40, isEdit: true, outageMs: 2 * MINUTE }),
  ]);
  return [
    // No limit holds these up: the floor is what people would call at once.
    seconds('300 cards in 300 channels: the last one, against 10 s', 1, spread.lastMs, 10_000),
    refusedRow('300 cards in 300 channels', spread),
    seconds('100 cards in one channel: the last one', 1.1, one.lastMs, 99 * POST_MS),
    refusedRow('100 cards in one channel', one),
    seconds(
      'edits of 120 cards: the last one',
      1.1,
      edits.lastMs,
      Math.floor(119 / EDITS) * MINUTE,
    ),
    refusedRow('edits of 120 cards', edits),
    seconds('last of 40 edits after an outage of 120 s, against 10 s', 1, outage.lastMs, 10_000),
  ];
}
