import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { fakeToken } from '../../sandbox/waldur/ids.ts';
import { ask } from './waldur-with.ts';

const MAIN = fileURLToPath(new URL('../../sandbox/waldur/main.ts', import.meta.url));
const Ready = z.object({
  ready: z.object({ url: z.string(), as: z.string(), tokens: z.record(z.string(), z.string()) }),
});

test('in its own process it prints its address and its events, and ends on SIGTERM', async () => {
  const child = spawn(process.execPath, [MAIN, '--as', 'recorded', '--speed', '600'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const next = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value));
    const { ready } = Ready.parse(await next());
    expect(ready.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(ready).toMatchObject({ as: 'recorded', tokens: { ana: fakeToken('ana') } });
    await ask(ready.url, 'ana', 'GET', '/api/projects/');
    expect(await next()).toEqual({ event: 'GET /api/projects/ as ana: 200' });
  } finally {
    child.kill('SIGTERM');
  }
  expect(await exited).toEqual([0, null]);
});
