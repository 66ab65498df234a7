import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import {
  connect,
  script,
  sees,
  share,
  startWorld,
  submitFrom,
  until,
  type World,
} from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.startOver());
afterAll(() => world.stop());

const path = () => join(world.directory, 'data', 'slurm.db');

/** The files in the bot's folder: its own and SQLite's. */
function files(): { name: string; mode: string; text: string }[] {
  const found = readdirSync(world.directory, { recursive: true, withFileTypes: true });
  return found
    .filter((file) => file.isFile())
    .map((file) => {
      const name = join(file.parentPath, file.name);
      const mode = (statSync(name).mode & 0o777).toString(8);
      return { name: file.name, mode, text: readFileSync(name, 'latin1') };
    });
}
const withText = (text: string) =>
  files()
    .filter((file) => file.text.includes(text))
    .map(({ name }) => name);

function sealedToken(): string {
  const db = new DatabaseSync(path(), { readOnly: true });
  const row = db.prepare('SELECT sealed FROM accounts').get();
  db.close();
  return String(row?.sealed);
}

test('what the bot keeps is its own alone', () => {
  const modes = files().map(({ name, mode }) => ({ name, mode }));
  expect(modes.map(({ name }) => name)).toContain('slurm.db-wal');
  expect(modes.filter(({ mode }) => mode !== '600')).toEqual([]);
});

test('what was pasted as a script is in no file as it is', async () => {
  const { ana } = world;
  await ana.say('dm', '```\n#!/bin/bash\nsrun ./sesame\n```');
  await sees(ana, 'dm', /^pasted\.sh is ready/);
  await until('nothing in any file', async () => withText('sesame').length === 0);
});

test('after a person has disconnected, no file has their token or their words', async () => {
  const { ana } = world;
  await connect(world, ana, 'ana');
  const prompt = await share(ana, 'dm', { name: 'plan.sh', content: script('plan', 100_000) });
  await submitFrom(ana, 'dm', prompt);
  await ana.closeModal();
  await sees(ana, 'dm', /^\S+ plan — /);
  const sealed = sealedToken();
  expect(withText(sealed)).not.toEqual([]);
  await ana.say('dm', 'show zebra-giraffe-7');
  await sees(ana, 'dm', /zebra-giraffe-7/);
  await ana.say('dm', 'disconnect   and forget okapi-9');
  await sees(ana, 'dm', /^(Disconnected|Your token)/);
  await until('no words are left', async () =>
    ['zebra-giraffe-7', 'okapi-9'].every((words) => withText(words).length === 0),
  );
  expect(withText(sealed)).toEqual([]);
});

test('a bot whose database others can open does not start, and says what to do', async () => {
  await world.bot().stop();
  chmodSync(path(), 0o644);
  await expect(world.startBot()).rejects.toThrow(
    `The bot did not start: Others can open what the bot keeps. Run: chmod 600 ${path()}`,
  );
  chmodSync(path(), 0o600);
  await world.startBot();
});
