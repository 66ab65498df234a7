import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createFairQueue } from '../../src/interaction/fair-queue.ts';

const ana = { team: 'T1', user: 'U1' };
const ben = { team: 'T1', user: 'U2' };

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Asks as fast as turns come and go, with another request always waiting. @returns how many have begun */
async function flood(rounds: number): Promise<number> {
  const queue = createFairQueue();
  let begun = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = queue.ask(ana); turn !== null; turn = queue.ask(ana)) {
      const { end } = turn;
      void turn.begun.then(() => {
        begun += 1;
        end();
      });
    }
    await jest.advanceTimersByTimeAsync(1);
  }
  return begun;
}

test('somebody who asks without a pause gets ten turns a second, and others are not held up', async () => {
  expect(await flood(900)).toBe(10);
  expect(await flood(1900)).toBe(20);
  const queue = createFairQueue();
  while (queue.ask(ana) !== null);
  let mayBegin = false;
  queue.ask(ben)?.begun.then(() => {
    mayBegin = true;
  });
  await jest.advanceTimersByTimeAsync(0);
  expect(mayBegin).toBe(true);
});
