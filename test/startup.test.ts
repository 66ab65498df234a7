import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

/** Writes the address of every module to the error output as it is loaded. */
const TELL_OF_MODULES = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      writeSync(2, 'loaded ' + url + '\\n');
      return next(url, context);
    },
  });
`)}`;

/** The modules that the bot loads before it reads its settings: it has none here, and says so. */
function modulesOfStart(): string[] {
  const { stderr } = spawnSync(process.execPath, ['--import', TELL_OF_MODULES, 'src/app.ts'], {
    encoding: 'utf8',
    env: { NODE_COMPILE_CACHE: '' },
  });
  expect(stderr).toContain('SLACK_BOT_TOKEN');
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('loaded file:'))
    .map((line) => line.slice(line.lastIndexOf(process.cwd()) + process.cwd().length + 1));
}

test('the start loads the bot, and neither the operator’s programs nor packages that can wait', () => {
  const loaded = modulesOfStart();
  expect(loaded).toContain('src/poller/sweep.ts');
  const ours = loaded.filter((file) => /^(?:src\/operator|sandbox|test|bench)\//.test(file));
  expect(ours).toEqual(['src/operator/operator.ts', 'src/operator/operator-server.ts']);
  const packages = new Set(
    loaded.map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]),
  );
  for (const later of ['@prometheus-io/client', 'playwright-core', 'react', 'busboy', 'ws']) {
    expect(packages).not.toContain(later);
  }
  // The whole of date-fns is three hundred modules.
  const dates = loaded.filter((file) => file.includes('node_modules/date-fns/'));
  expect(dates.length).toBeLessThan(30);
});
