import { setTimeout as sleep } from 'node:timers/promises';
import { BEN } from '../sandbox/slack/world.ts';
import { demoSeed } from '../sandbox/waldur/demo-seed.ts';
import { memory, quantile, type Row } from './numbers.ts';
import { connect, startStage } from './setup.ts';

/** Lists that one person asks for at once. */
const AT_ONCE = 1000;
/**
 * The same in each round of the other measure: only a few at a time, because the sandbox has one thread and would be
 * the slow part.
 */
const FLOOD = 100;
const SIDE_BY_SIDE = 10;
const PAUSE_MS = 100;
const ROUNDS = 10;
/** Lists of the other person in each round while it is quiet. */
const QUIET = 60;

/** How one person's flood affects the bot's memory and another person's answers (all ours). */
export async function flood(): Promise<Row[]> {
  const stage = await startStage('ours');
  const { ana } = stage;
  const ben = stage.slack.person(BEN);
  await connect(ana, demoSeed.users.find(({ username }) => username === 'ana')?.token ?? '');
  await connect(ben, demoSeed.users.find(({ username }) => username === 'ben')?.token ?? '');
  const list = async () => {
    const end = stage.next((line) => line.includes(' response_url ') && line.includes(BEN));
    const begin = performance.now();
    await ben.command('dm', '/slurm list');
    return (await end) - begin;
  };
  const round = async (): Promise<{ quiet: number[]; during: number[] }> => {
    const quiet: number[] = [];
    for (let each = 0; each < QUIET; each += 1) quiet.push(await list());
    let left = FLOOD;
    const ask = async () => {
      for (; left > 0; left -= 1) {
        await ana.command('dm', '/slurm list');
        await sleep(PAUSE_MS);
      }
    };
    const asking = Promise.all(Array.from({ length: SIDE_BY_SIDE }, ask));
    const during: number[] = [];
    while (left > 0) during.push(await list());
    await asking;
    return { quiet, during };
  };

  // The first one warms up.
  await round();
  const pid = stage.program.process.pid ?? 0;
  const before = memory(pid).now;
  await Promise.all(Array.from({ length: AT_ONCE }, () => ana.command('dm', '/slurm list')));
  await sleep(2000);
  const after = memory(pid).now;
  const rounds = [];
  for (let each = 0; each < ROUNDS; each += 1) rounds.push(await round());
  await stage.close();
  return [
    {
      what: `memory after ${AT_ONCE} lists of one person at once, and before`,
      unit: 'MiB',
      aim: 1.3,
      ours: after,
      floor: before,
    },
    {
      what: 'another person’s list meanwhile, and quiet, p99',
      unit: 'ms',
      aim: 2,
      ours: quantile(
        rounds.flatMap(({ during }) => during),
        0.99,
      ),
      floor: quantile(
        rounds.flatMap(({ quiet }) => quiet),
        0.99,
      ),
    },
  ];
}
