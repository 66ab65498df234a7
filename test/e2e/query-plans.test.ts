import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  answer,
  connect,
  script,
  sees,
  share,
  slurm,
  startWorld,
  submitFrom,
  type World,
} from './world.ts';

/** Tables that grow with the people who use the bot. */
const large = ['watches', 'transitions', 'submissions', 'scripts'];

/** Once a day the bot asks Slack about all people in its database (peopleKept). */
const daily = /^select "team", "user" from "accounts" union /;

let world: World;
beforeAll(async () => {
  const preload = fileURLToPath(new URL('recording-sqlite.ts', import.meta.url));
  const environment = { NODE_OPTIONS: `--import ${preload}`, SQLITE_LOG: 'queries' };
  world = await startWorld({ environment });
});
afterAll(() => world.stop());

test('no query of a main job reads a whole table', async () => {
  const { ana, directory } = world;
  await connect(world, ana, 'ana');
  const content = script('train', 60, '# sandbox: queue 30');
  const prompt = await share(ana, 'dm', { name: 'train.sh', content });
  await submitFrom(ana, 'dm', prompt, { Allocation: 'bio-gpu · 82 % of GPU hours used' });
  await sees(ana, 'dm', 'train completed');
  for (const words of ['list', 'show train', 'follow train', 'refresh train', 'me']) {
    await answer(ana, 'dm', () => slurm(ana, 'dm', words));
  }
  await world.bot().stop();

  const db = new DatabaseSync(join(directory, 'data/slurm.db'), { readOnly: true });
  const queries = readFileSync(join(directory, 'queries'), 'utf8').trimEnd().split('\n');
  const plans = queries
    .map((line) => String(JSON.parse(line)))
    .filter((query) => /^(select|insert|update|delete) /.test(query) && !daily.test(query))
    .map((query) => ({ query, steps: planOf(db, query) }));
  const scans = plans.filter(({ steps }) => steps.some((step) => isScan(db, step)));
  expect(scans).toEqual([]);
  const used = plans.flatMap(({ steps }) => steps.map((step) => / INDEX (\w+)/.exec(step)?.[1]));
  // Queries that run many times a minute.
  for (const index of [
    'watches_due',
    'watches_card_due',
    'transitions_owed',
    'submissions_due',
    'scripts_prompt_due',
  ]) {
    expect(used).toContain(index);
  }
  db.close();
});

function planOf(db: DatabaseSync, query: string): string[] {
  return db
    .prepare(`EXPLAIN QUERY PLAN ${query}`)
    .all()
    .map(({ detail }) => String(detail));
}

/** True if a step scans all rows of a large table. A partial index with the rows that are due does not count. */
function isScan(db: DatabaseSync, step: string): boolean {
  const [, table = '', index] = /^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?/.exec(step) ?? [];
  if (!large.includes(table)) return false;
  const some = db.prepare(`SELECT 1 FROM pragma_index_list(?) WHERE name = ? AND partial = 1`);
  return some.get(table, index ?? '') === undefined;
}
