import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { expect, test } from '@jest/globals';

/** What each room of src/ may import from, besides itself. docs/architecture.md says why. */
const rooms: Record<string, string[]> = {
  scripts: [],
  machine: [],
  logging: [],
  config: ['logging', 'machine'],
  jobs: ['scripts'],
  api: ['jobs', 'logging'],
  store: ['jobs', 'scripts', 'machine'],
  views: ['jobs', 'scripts'],
  accounts: ['jobs', 'api', 'store', 'machine'],
  slack: ['jobs', 'accounts', 'scripts', 'store', 'views', 'logging', 'config', 'machine'],
  poller: ['jobs', 'api', 'store', 'views', 'accounts', 'slack', 'logging', 'machine'],
  interaction: ['jobs', 'api', 'store', 'views', 'accounts', 'slack', 'logging', 'config'],
  submissions: [
    'jobs',
    'scripts',
    'api',
    'store',
    'views',
    'accounts',
    'slack',
    'interaction',
    'machine',
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
    'store',
    'views',
    'accounts',
    'slack',
    'interaction',
    'submissions',
    'commands',
  ],
  operator: ['jobs', 'api', 'store', 'accounts', 'slack', 'logging', 'config', 'machine'],
};

const files = (folder: string, ending = /\.tsx?$/) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name));
const source = files('src');

/** Files that a file imports, types included. */
const imports = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)].map(
    ([, path = '']) => join(dirname(file), path),
  );
const roomOf = (file: string) => relative('src', file).split('/')[0] ?? '';

test('every file has its room, and only app.ts stands outside', () => {
  const outside = source.filter((file) => !(roomOf(file) in rooms));
  expect(outside).toEqual(['src/app.ts']);
});

test.each(Object.keys(rooms))('src/%s imports only what stands further in', (room) => {
  const wrong = source
    .filter((file) => roomOf(file) === room)
    .flatMap((file) => imports(file).map((target) => ({ file, target })))
    .filter(({ target }) => roomOf(target) !== room && !rooms[room]?.includes(roomOf(target)))
    .map(({ file, target }) => `${file} imports ${target}`);
  expect(wrong).toEqual([]);
});

test('no file imports itself by way of others, not even for a type', () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, way: string[]) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (done.has(file) || way.includes(file)) return;
    for (const target of imports(file)) walk(target, [...way, file]);
    done.add(file);
  };
  for (const file of source) walk(file, []);
  expect(circles).toEqual([]);
});

test('no file has more than 250 lines', () => {
  const long = source.filter((file) => readFileSync(file, 'utf8').split('\n').length > 251);
  expect(long).toEqual([]);
});

test('files that comments and docs name exist', () => {
  const known = ['src', 'sandbox', 'test', 'bench'].flatMap((folder) => files(folder));
  const exists = (name: string) => known.some((file) => `/${file}`.endsWith(`/${name}`));
  // Released migrations stay as they are, comments included.
  const texts = [
    ...known.filter((file) => !file.includes('/migrations/')),
    ...files('docs', /\.md$/),
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
  ];
  const missing = texts.flatMap((file) => {
    const lines = readFileSync(file, 'utf8').split('\n');
    const prose = file.endsWith('.md')
      ? lines
      : lines.filter((line) => /^\s*(\/?\*|\/\/)/.test(line));
    const names = prose.join('\n').matchAll(/(?<![\w./-])(?:[\w-]+\/)*[\w-]+(?:\.test)?\.tsx?\b/g);
    return [...names].filter(([name]) => !exists(name)).map(([name]) => `${file} names ${name}`);
  });
  expect(missing).toEqual([]);
});

test('src/ and sandbox/ know nothing of each other, and neither reads the fixtures', () => {
  const wrong = [...source, ...files('sandbox')].filter((file) => {
    const other = file.startsWith('src') ? 'sandbox/' : 'src/';
    const text = readFileSync(file, 'utf8');
    return imports(file).some((path) => path.startsWith(other)) || text.includes('test/fixtures');
  });
  expect(wrong).toEqual([]);
});

test('the environment is read in config.ts only', () => {
  const readers = source.filter((file) => /process\.env/.test(readFileSync(file, 'utf8')));
  expect(readers.map((file) => basename(file))).toEqual(['config.ts']);
});
