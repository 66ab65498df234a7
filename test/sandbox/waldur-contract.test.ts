import { describe, expect, test } from '@jest/globals';
import { Pairs } from './waldur-compare.ts';
import { recordedSeed } from './waldur-recorded-seed.ts';
import { readRecordings, renameAll } from './waldur-recordings.ts';
import { compare, type Replayed, replay } from './waldur-replay.ts';
import { firstSession, liveSession, type Step } from './waldur-scenes.ts';
import { withWaldur } from './waldur-with.ts';

const asRecorded = (text: string) => text;
const sessions = [
  { session: 'first', steps: firstSession },
  { session: 'live', steps: liveSession },
] as const;

/** The status that the documented Waldur answers instead, and the reason. The rest of each answer is its own. */
const DOCUMENTED_ONLY = new Map<string, [status: number, why: string]>([
  ['pull', [202, 'pull is implemented']],
  ['patch-name', [200, 'updates work']],
  ['patch-description', [200, 'updates work']],
  ['patch-runtime-state', [200, 'updates work']],
  ['patch-empty', [200, 'updates work']],
  ['patch-file', [200, 'updates work; the file is not a field of PATCH']],
  ['put-full', [200, 'updates work']],
  ['retrieve-after-put', [200, 'PUT has replaced the file']],
  ['put-no-name', [400, 'PUT needs the file too']],
  ['delete', [204, 'deleting works']],
  ['delete-force', [204, 'deleting works']],
  ['retrieve-after-delete', [404, 'deleting works']],
  ['retrieve-after-delete-later', [404, 'deleting works']],
  ['list-after-hourly-pull', [200, 'states come from the accounting, without twins']],
  ['file-without-token', [401, 'a script is given to those who may see its job']],
  ['live-list-8s-later', [200, 'scripts are handed over side by side']],
  ['live-list-after-hourly-task-1', [200, 'states come from the accounting, without twins']],
  ['live-list-after-hourly-task-2', [200, 'states come from the accounting, without twins']],
]);

/** Refused as recorded but accepted as documented, after which the rows would differ. */
const RECORDED_ONLY = 'create-long-description';

interface Played {
  name: string;
  status: number;
  differences: string[];
}

interface Play {
  as: 'recorded' | 'documented';
  session: 'first' | 'live';
  steps: readonly Step[];
  rename: (text: string) => string;
}

/** Plays a session against a sandbox of its own and compares each answer with the recorded one. */
function play({ as, session, steps, rename }: Play): Promise<Played[]> {
  const exchanges = readRecordings(rename);
  const pairs = new Pairs();
  const ours = (text: string) => pairs.ours(rename(text));
  const seed = recordedSeed(session, rename);
  return withWaldur({ as, seed }, async ({ url, waldur }) => {
    const played: Played[] = [];
    for (const step of steps) {
      if (typeof step !== 'string') {
        await step({ waldur, ours });
        continue;
      }
      if (as === 'documented' && step === RECORDED_ONLY) continue;
      const exchange = exchanges.get(step);
      if (!exchange) throw new Error(`nothing recorded as ${step}`);
      const answer = await replay(url, exchange, pairs);
      const comparable = as === 'documented' ? withoutDocumented(answer) : answer;
      const differences = compare(exchange, comparable, pairs);
      played.push({ name: step, status: answer.status, differences });
    }
    return played;
  });
}

/** Fields of a job that only the documented Waldur sends, and the state that it learns sooner. */
function withoutDocumented(answer: Replayed): Replayed {
  const text = JSON.stringify(answer.body, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('runtime_state' in value)) return value;
    const { customer_uuid, user_username, ...row } = {
      customer_uuid: 0,
      user_username: 0,
      ...value,
    };
    return { ...row, runtime_state: '' };
  });
  return { ...answer, body: JSON.parse(text) };
}

test('every recorded exchange is played', () => {
  const names = [...firstSession, ...liveSession].filter((step) => typeof step === 'string');
  expect(names.toSorted()).toEqual([...readRecordings(asRecorded).keys()].toSorted());
});

describe.each([
  { title: 'with the recorded names', rename: asRecorded },
  { title: 'with other names and uuids', rename: renameAll },
])('$title', ({ rename }) => {
  test.each(sessions)('the recorded Waldur answers as it did: $session session', async (scene) => {
    const played = await play({ as: 'recorded', rename, ...scene });
    expect(played.filter(({ differences }) => differences.length > 0)).toEqual([]);
  });

  test.each(sessions)(
    'the documented one differs only where listed: $session session',
    async (scene) => {
      const played = await play({ as: 'documented', rename, ...scene });
      const unlisted = played.filter(({ name }) => !DOCUMENTED_ONLY.has(name));
      expect(unlisted.filter(({ differences }) => differences.length > 0)).toEqual([]);
      const listed = played.filter(({ name }) => DOCUMENTED_ONLY.has(name));
      expect(listed.filter(({ differences }) => differences.length === 0)).toEqual([]);
      expect(listed.map(({ name, status }) => [name, status])).toEqual(
        listed.map(({ name }) => [name, DOCUMENTED_ONLY.get(name)?.[0]]),
      );
    },
  );
});
