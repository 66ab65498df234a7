/**
 * Plays the main job from beginning to end: `node sandbox/demo/main.ts`. The local Slack, the local Waldur and the real
 * bot run in their own processes, and the transcript is rendered from Slack's ledger alone. Exits with 1 if Slack did
 * not show what the play expects.
 */
import { BOT } from '../slack/world.ts';
import { play } from './play.ts';
import { playRecorded } from './play-recorded.ts';
import { reader, startWorld, type World } from './sandboxes.ts';
import { createStage } from './stage.ts';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** How long something expected may take, in milliseconds. */
const PATIENCE_MS = 10_000;

/** The processes that have to be stopped with the demo. */
let running: World | undefined;

/** Plays one play in a world of its own. @returns true if everything came as expected */
async function perform(
  as: 'documented' | 'recorded',
  playIt: (world: World, stage: ReturnType<typeof createStage>) => Promise<void>,
): Promise<boolean> {
  let world: World | undefined;
  try {
    world = await startWorld(as);
    running = world;
    const { slack } = world;
    await playIt(world, createStage({ slack, bot: BOT, reader, print, patienceMs: PATIENCE_MS }));
    return true;
  } catch (error) {
    print('');
    print('The demo failed.');
    print(Error.isError(error) ? error.message : String(error));
    print('');
    print('The end of the bot’s log:');
    for (const line of world?.bot.lines.slice(-20) ?? []) print(`    ${line}`);
    return false;
  } finally {
    await world?.stop();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await running?.stop();
    process.exit(1);
  });
}

const started = Date.now();
const fine = (await perform('documented', play)) && (await perform('recorded', playRecorded));
if (fine) {
  print('');
  print(`All as expected, in ${Math.round((Date.now() - started) / 1000)} s.`);
}
process.exitCode = fine ? 0 : 1;
