import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { expect, test } from '@jest/globals';

/** What each room of src/ may import from, besides itself. docs/architecture.md says why. */
const rooms: Record<string, string> = {
  scripts: '',
  machine: '',
  logging: '',
  config: 'logging machine',
  jobs: 'scripts',
  api: 'jobs logging',
  store: 'jobs scripts machine',
  views: 'jobs scripts',
  accounts: 'jobs api store machine',
  slack: 'jobs accounts scripts store views logging config machine',
  poller: 'jobs api store views accounts slack logging machine',
  interaction: 'jobs api store views accounts slack logging config machine',
  submissions: 'jobs scripts api store views accounts slack interaction machine',
  commands: 'jobs scripts api store views accounts slack interaction submissions',
  listeners: 'jobs store views accounts slack interaction submissions commands',
  operator: 'jobs api store accounts slack logging config machine',
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

test('every file has its room, and only app.ts and dates.ts stand outside', () => {
  const outside = source.filter((file) => !(roomOf(file) in rooms));
  expect(outside.sort()).toEqual(['src/app.ts', 'src/dates.ts']);
});

test('date-fns is imported in dates.ts only: each import of it costs the start', () => {
  const others = source.filter((file) => readFileSync(file, 'utf8').includes("from 'date-fns"));
  expect(others).toEqual(['src/dates.ts']);
});

test.each(Object.keys(rooms))('src/%s imports only what stands further in', (room) => {
  const wrong = source
    .filter((file) => roomOf(file) === room)
    .flatMap((file) => imports(file).map((target) => ({ file, target })))
    .filter(
      ({ target }) =>
        roomOf(target) !== room &&
        roomOf(target) !== 'dates.ts' &&
        !rooms[room]?.split(' ').includes(roomOf(target)),
    )
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

const linesOf = (file: string) => readFileSync(file, 'utf8').split('\n').length - 1;

test('no file of the bot or the sandbox has more than 250 lines', () => {
  const long = [...source, ...files('sandbox')].filter((file) => linesOf(file) > 250);
  expect(long).toEqual([]);
});

test.each(['src', 'sandbox'])('at most one in five files of %s has 40 lines or fewer', (folder) => {
  // Migrations stay as they were released.
  const all = files(folder).filter((file) => !file.includes('/migrations/'));
  const short = all.filter((file) => linesOf(file) <= 40);
  expect(short.length * 5).toBeLessThanOrEqual(all.length);
});

/** Each program has a main.ts, each folder may have an index.ts, and the two sandboxes are built alike. */
const SHARED_NAMES = /^(?:index|main)\.ts$/;
const ALIKE = /^sandbox\/(?:slack|waldur)\/(?:control|faults|ids|ledger|server|world)\.ts$/;

test('a file’s name stands for one thing', () => {
  const named = [...source, ...files('sandbox'), ...files('bench')].filter(
    (file) => !SHARED_NAMES.test(basename(file)) && !ALIKE.test(file),
  );
  const twice = named.filter((file) =>
    named.some((other) => other !== file && basename(other) === basename(file)),
  );
  expect(twice).toEqual([]);
});

/** The reader of a script that is about to be changed, which nothing shows yet. */
const NOT_YET_SHOWN = ['src/scripts/ending.ts'];

test('src/ exports what another of its files imports, and to tests only what it uses itself', () => {
  const code = new Map(
    [...source, ...files('test')].map((file) => [
      file,
      readFileSync(file, 'utf8').replaceAll(/\/\*.*?\*\//gs, ''),
    ]),
  );
  const targets = new Map([...code.keys()].map((file) => [file, imports(file)]));
  const declared = /^export (?:async )?(?:const|function|class|interface|type) (\w+)/gm;
  const unused = source
    .filter((file) => !file.includes('/migrations/') && !NOT_YET_SHOWN.includes(file))
    .flatMap((file) => {
      const own = code.get(file) ?? '';
      const importers = [...code.keys()].filter((other) => targets.get(other)?.includes(file));
      return [...own.matchAll(declared)].flatMap(([, name = '']) => {
        const word = new RegExp(`\\b${name}\\b`, 'g');
        const users = importers.filter((other) => code.get(other)?.match(word));
        const isUsedHere = (own.match(word) ?? []).length > 1;
        const isNeeded = users.some((user) => user.startsWith('src/')) || (isUsedHere && users[0]);
        return isNeeded ? [] : [`${file} exports ${name}`];
      });
    });
  expect(unused).toEqual([]);
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

test('folders and links that the docs name exist', () => {
  const docs = [...files('docs', /\.md$/), 'README.md', 'CONTRIBUTING.md', 'SECURITY.md'];
  const missing = docs.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const named = text.matchAll(
      /(?<![\w./-])(?:src|sandbox|test|bench|docs|ops|\.ci|\.github)\/[\w./-]*[\w/]/g,
    );
    const links = text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g);
    return [
      ...[...named].map(([name]) => name),
      ...[...links].map(([, link = '']) => join(dirname(file), link)),
    ]
      .filter((path) => !existsSync(path))
      .map((path) => `${file} names ${path}`);
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
