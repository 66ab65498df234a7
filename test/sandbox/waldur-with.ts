import { controlWaldur, type WaldurControl } from '../../sandbox/waldur/control.ts';
import { startWaldur, type WaldurOptions } from '../../sandbox/waldur/server.ts';

export interface Running {
  url: string;
  waldur: WaldurControl;
}

/** Starts a sandbox whose time stands still but for `advance`, and closes it whatever happens. */
export async function withWaldur<Result>(
  options: WaldurOptions,
  run: (running: Running) => Promise<Result>,
): Promise<Result> {
  const sandbox = await startWaldur({ speed: 0, ...options });
  try {
    return await run({ url: sandbox.url, waldur: controlWaldur(sandbox.url) });
  } finally {
    await sandbox.close();
  }
}
