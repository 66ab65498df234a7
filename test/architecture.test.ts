import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from '@jest/globals';

/** What each folder of src/ may import of ours, besides itself. docs/architecture.md says why. */
const allowed: Record<string, string[]> = {
  scripts: [],
  jobs: ['scripts'],
  logging: ['config-values.ts'],
  api: ['jobs', 'logging'],
  store: ['jobs', 'file-modes.ts'],
  views: ['jobs', 'scripts'],
  accounts: ['jobs', 'api', 'store', 'views', 'file-modes.ts'],
  slack: ['jobs', 'scripts', 'api', 'store', 'views', 'logging', 'config.ts', 'listening.ts'],
  poller: ['jobs', 'api', 'store', 'views', 'accounts', 'slack', 'logging'],
  interaction: ['jobs', 'api', 'store', 'views', 'accounts', 'slack', 'logging', 'config.ts'],
  submissions: [
    'poller',
    'jobs',
    'scripts',
    'api',
    'store',
    'views',
    'accounts',
    'slack',
    'interaction',
    'logging',
  ],
  commands: [
    'jobs',
    'scripts',
    'api',
    'store',
    'views',
    'accounts',
    'slack',
    'interaction',
    'submissions',
  ],
  listeners: [
    'jobs',
    'scripts',
    'api',
    'store',
    'views',
    'accounts',
    'slack',
    'interaction',
    'submissions',
    'commands',
    'logging',
  ],
};

const files = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name));
const imports = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)].map(([, path = '']) =>
    join(dirname(file), path),
  );

test.each(Object.keys(allowed))('src/%s imports only what stands further in', (folder) => {
  const outside = files(join('src', folder)).flatMap((file) =>
    imports(file)
      .map((path) => relative('src', path).split('/')[0] ?? '')
      .filter((target) => target !== folder && !allowed[folder]?.includes(target))
      .map((target) => `${file} imports ${target}`),
  );
  expect(outside).toEqual([]);
});

test('src/ and sandbox/ know nothing of each other, and neither reads the fixtures', () => {
  const wrong = [...files('src'), ...files('sandbox')].filter((file) => {
    const other = file.startsWith('src') ? 'sandbox/' : 'src/';
    const text = readFileSync(file, 'utf8');
    return imports(file).some((path) => path.startsWith(other)) || text.includes('test/fixtures');
  });
  expect(wrong).toEqual([]);
});

test('the environment is read in config.ts only', () => {
  const readers = files('src').filter((file) => /process\.env/.test(readFileSync(file, 'utf8')));
  expect(readers).toEqual(['src/config.ts']);
});
