/**
 * Compares our bot with the smallest program that could do the same, in turns within one run. It prints one row per
 * measure and asserts nothing: a row that misses its aim is printed as it is. `npm run bench -- start flood` runs these
 * parts only.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { demoSeed } from '../sandbox/waldur/demo-seed.ts';
import { FIELDS } from '../src/api/records.ts';
import { flood } from './flood.ts';
import { memory, quantile, type Row, table } from './numbers.ts';
import { readerRows } from './reader.ts';
import { scale } from './scale.ts';
import { peakWith, transfer } from './script-transfer.ts';
import { connect, type Stage, startStage } from './setup.ts';

const ROUNDS = 400;
const SCRIPTS = 15;
const STARTS = 5;
const MIB = 1024 * 1024;
const LARGE = { MAX_SCRIPT_BYTES: String(4 * MIB) };
const token = demoSeed.users[0]?.token ?? '';
const answered = (line: string) => line.includes(' response_url ');

/** The milliseconds of each measurement. Ours and the floor take turns. */
async function turns(stages: Stage[], rounds: number, measure: (stage: Stage) => Promise<number>) {
  const times: Record<Stage['which'], number[]> = { ours: [], floor: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const stage of stages) times[stage.which].push(await measure(stage));
  }
  // The first ones warm up the machine's caches and compilers on both sides.
  return { ours: times.ours.slice(rounds / 10), floor: times.floor.slice(rounds / 10) };
}

type Times = Record<Stage['which'], number[]>;
const row = (what: string, unit: string, aim: number, times: Times, share = 0.5): Row => ({
  what,
  unit,
  aim,
  ours: quantile(times.ours, share),
  floor: quantile(times.floor, share),
});

async function ack({ ana }: Stage): Promise<number> {
  return (await ana.command('dm', '/slurm list')).ackMs;
}

async function list(stage: Stage): Promise<number> {
  const end = stage.next(answered);
  const begin = performance.now();
  await stage.ana.command('dm', '/slurm list');
  return (await end) - begin;
}

/** Our bot's answer to a list. The floor posts the same. */
async function listBody(stage: Stage): Promise<string> {
  const end = stage.next(answered);
  await stage.ana.command('dm', '/slurm list');
  await end;
  const entry = (await stage.slack.ledger()).findLast(({ kind }) => kind === 'response_url');
  return JSON.stringify(entry?.args);
}

async function startsAndIdle(): Promise<Row[]> {
  const starts: Times = { ours: [], floor: [] };
  const idle: Times = { ours: [], floor: [] };
  for (let round = 0; round < STARTS; round += 1) {
    for (const which of ['ours', 'floor'] as const) {
      const stage = await startStage(which);
      starts[which].push(stage.startMs);
      await sleep(2000);
      idle[which].push(memory(stage.program.process.pid ?? 0).now);
      await stage.close();
    }
  }
  return [
    row('start until connected', 'ms', 1.5, starts),
    row('memory when idle (RSS)', 'MiB', 1.3, idle),
  ];
}

/** Peak memory of our bot after it submitted one large script, against one small script. */
async function peaks(): Promise<Row> {
  const peak = async (bytes: number) => {
    const stage = await startStage('ours', LARGE);
    await connect(stage.ana, token);
    const mib = await peakWith(stage, bytes);
    await stage.close();
    return mib;
  };
  const what = 'peak memory, 4 MiB script against 10 KiB (both ours)';
  return { what, unit: 'MiB', aim: 1.1, ours: await peak(4 * MIB), floor: await peak(10 * 1024) };
}

async function sideBySide(): Promise<Row[]> {
  const ours = await startStage('ours', LARGE);
  await connect(ours.ana, token);
  const [allocation] = demoSeed.allocations;
  const fields = FIELDS.listed.map((field): [string, string] => ['field', field]);
  const floor = await startStage('floor', {
    WALDUR_TOKEN: token,
    LIST_QUERY: String(new URLSearchParams([['page', '1'], ['page_size', '100'], ...fields])),
    LIST_BODY: await listBody(ours),
    PROJECT: allocation?.project ?? '',
    SERVICE_SETTINGS: allocation?.cluster ?? '',
  });
  const stages = [ours, floor];
  const acks = await turns(stages, ROUNDS, ack);
  const lists = await turns(stages, ROUNDS, list);
  const scripts = await turns(stages, SCRIPTS, (stage) => transfer(stage, MIB));
  await Promise.all(stages.map((stage) => stage.close()));
  return [
    row('ack of /slurm list, p50', 'ms', 1.3, acks),
    row('ack of /slurm list, p99', 'ms', 1.3, acks, 0.99),
    row('list, from command to answer, p50', 'ms', 1.3, lists),
    row('1 MiB script from Slack to Waldur, p50', 'ms', 1.3, scripts),
  ];
}

const parts: Record<string, () => Promise<Row[]> | Row[]> = {
  answers: sideBySide,
  peak: async () => [await peaks()],
  start: startsAndIdle,
  flood,
  reader: readerRows,
  scale,
};
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in parts));
if (unknown.length > 0) {
  process.stderr.write(
    `No part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}.\n`,
  );
  process.exit(1);
}
const rows: Row[] = [];
for (const [name, part] of Object.entries(parts)) {
  if (chosen.length === 0 || chosen.includes(name)) rows.push(...(await part()));
}
process.stdout.write(`${table(rows)}\n`);
process.exit(0);
