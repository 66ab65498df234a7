import { expect, test } from '@jest/globals';
import { startClock } from '../../sandbox/waldur/clock.ts';

/** A clock on a real time that the test moves. */
function clockAt(speed: number) {
  let real = 1_000_000;
  const clock = startClock(speed, () => real);
  const heard: string[] = [];
  return {
    clock,
    heard,
    hear: (word: string) => () => {
      heard.push(`${word} at ${clock.wall() - 1_000_000}`);
    },
    pass(milliseconds: number) {
      real += milliseconds;
      clock.settle();
    },
  };
}

test('at speed 60 a minute passes in a second, stamped with the time on the wall', () => {
  const { clock, heard, hear, pass } = clockAt(60);
  clock.after(60, hear('minute'));
  clock.after(30, hear('half'));
  pass(999);
  pass(1);
  clock.stop();
  expect(heard).toEqual(['half at 500', 'minute at 1000']);
});

test('advance passes for the wall too, and runs what falls due on the way in order', () => {
  const { clock, heard, hear } = clockAt(0);
  clock.after(20, hear('second'));
  clock.after(10, () => {
    hear('first')();
    clock.after(5, hear('in between'));
  });
  clock.advance(30);
  expect(heard).toEqual(['first at 10000', 'in between at 15000', 'second at 20000']);
});

test('at speed 0 nothing happens by itself', () => {
  const { clock, heard, hear, pass } = clockAt(0);
  clock.after(1, hear('never'));
  pass(3_600_000);
  expect(heard).toEqual([]);
  expect(clock.wall()).toBe(4_600_000);
});

test('stamps rise even within a millisecond', () => {
  const { clock } = clockAt(0);
  const stamps = [clock.stamp(), clock.stamp(), clock.stamp()];
  expect(stamps).toEqual([1_000_000_000, 1_000_000_001, 1_000_000_002]);
});
