import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { controlSlack } from '../../sandbox/slack/control.ts';
import { type SlackSandbox, startSlack } from '../../sandbox/slack/server.ts';
import { GONE, TEAM } from '../../sandbox/slack/world.ts';
import { boltLogger, createLog } from '../../src/logging/logger.ts';
import { createSlackClient } from '../../src/slack/client.ts';
import { createPeople } from '../../src/slack/people.ts';

let slack: SlackSandbox;
let control: ReturnType<typeof controlSlack>;
let before = 0;
const many = Array.from({ length: 1100 }, (_, index) => `U0CROWD${1000 + index}`);
beforeAll(async () => {
  slack = await startSlack({ manifest: 'manifest.yml' });
  control = controlSlack(slack.url);
  for (const user of many) await control.addMember(user);
});
beforeEach(async () => {
  await control.clearFaults();
  before = (await control.ledger()).at(-1)?.seq ?? 0;
});
afterAll(() => slack.close());

function freshPeople() {
  const logger = boltLogger(createLog({ level: 'error', write: () => undefined }));
  const client = createSlackClient({ token: slack.botToken, apiUrl: slack.apiUrl, logger });
  return createPeople(client, TEAM.id, () => new Date());
}

const calls = async (method: string) =>
  (await control.ledger(before)).filter((one) => one.kind === 'api' && one.method === method);

test('many people are found in Slack’s list, also those who left', async () => {
  const found = await freshPeople().listed([...many, GONE]);
  expect(found.size).toBe(1101);
  expect(found.get(GONE)).toMatchObject({ isDeactivated: true });
  expect(found.get('U0CROWD1000')).toMatchObject({ isDeactivated: false, isHome: true });
  expect(await calls('users.list')).toHaveLength(2);
  expect(await calls('users.info')).toHaveLength(0);
});

test('for a few people the list is not read', async () => {
  expect((await freshPeople().listed([GONE])).size).toBe(0);
  expect(await calls('users.list')).toHaveLength(0);
});

test('whom the list did not come to before Slack failed is missing', async () => {
  await control.fault({ method: 'users.list', kind: 'http500', afterRequests: 1 });
  const found = await freshPeople().listed(many);
  expect(found.size).toBeGreaterThan(900);
  expect(found.size).toBeLessThan(1100);
});
