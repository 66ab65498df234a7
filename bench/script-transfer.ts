import { memory } from './numbers.ts';
import { type Stage, seen } from './setup.ts';

/** A batch script of this size: a header, and comments that a shell would skip. */
export function scriptOf(bytes: number, name: string): string {
  const head = `#!/bin/bash\n#SBATCH --job-name=${name}\nsleep 1\n`;
  return `${head}${'# padding for the benchmark\n'.repeat(Math.ceil(bytes / 28))}`.slice(0, bytes);
}

const downloaded = (line: string) => line.includes(' download ');
const posted = (line: string) => line.startsWith('POST /api/slurm-jobs/');

let scripts = 0;

/** Milliseconds from the bot's (last) download of a script to the end of Waldur's POST; memory around it. */
export async function transfer(stage: Stage, bytes: number): Promise<number> {
  scripts += 1;
  const name = `bench${scripts}.sh`;
  const content = scriptOf(bytes, `bench${scripts}`);
  const { ts, files } = await stage.ana.say('dm', '', { files: [{ name, content }] });
  const fileId = files[0]?.id ?? '';
  return stage.which === 'floor' ? pipe(stage, fileId, name) : submit(stage, ts);
}

async function pipe(stage: Stage, fileId: string, name: string): Promise<number> {
  const begin = stage.next(downloaded);
  const end = stage.next(posted);
  await stage.ana.command(
    'dm',
    `/slurm pipe ${stage.slackUrl}/files-pri/T0SANDBOX1-${fileId}/${name}`,
  );
  return (await end) - (await begin);
}

async function submit(stage: Stage, ts: string): Promise<number> {
  const { ana } = stage;
  const prompt = await seen(async () =>
    (await ana.screen('dm')).find((message) => message.thread_ts === ts && message.ts !== ts),
  );
  await ana.click('dm', prompt.ts, 'Submit…');
  await seen(async () => {
    const view = await ana.modal();
    return view?.callback_id === 'submit' ? view : undefined;
  });
  await ana.suggest('Allocation', '');
  const begin = stage.next(downloaded);
  const end = stage.next(posted);
  await ana.submit({ Allocation: 'bio-gpu · 82 % of GPU hours used' });
  const ms = (await end) - (await begin);
  await ana.closeModal();
  return ms;
}

/** Peak memory in MiB of a fresh program that submits one script of this size. */
export async function peakWith(stage: Stage, bytes: number): Promise<number> {
  await transfer(stage, bytes);
  return memory(stage.program.process.pid ?? 0).peak;
}
