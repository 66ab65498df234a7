import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Person } from '../../sandbox/slack/control.ts';
import { ANA, BEN, BOT, GUEST, JOBS, PRIVATE_WITH_BOT } from '../../sandbox/slack/world.ts';
import { uuidOf } from '../../sandbox/waldur/ids.ts';
import { commands } from '../../src/commands/index.ts';
import { encode, type Form, form, type Intent, intent } from '../../src/views/intent.ts';
import {
  connect,
  script,
  sees,
  seesModal,
  share,
  shown,
  startWorld,
  submitFrom,
  until,
  type World,
} from './world.ts';

/**
 * Everything that can be pressed, handed in, loaded and typed, tried by everybody whose business it is not. Nothing of
 * Ana's is shown or changed, they get one sentence, and Waldur is asked only with their own token. A new intent, form,
 * menu, shortcut or command fails here until it has a row.
 */
let world: World;

/** Ana's things, each with `secret` in its name and its content. */
interface Anas {
  scripts: string[];
  files: string[];
  marks: string[];
  job: string;
  slurmId: string;
  messages: { channel: string; ts: string }[];
}
let anas: Anas;

const query = (sql: string) => {
  const db = new DatabaseSync(join(world.directory, 'data', 'slurm.db'), { readOnly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
};
const column = (sql: string) => query(sql).map((row) => String(Object.values(row)[0]));

beforeAll(async () => {
  world = await startWorld();
  const { ana, ben, guest, slack, waldur } = world;
  await slack.setMembership(PRIVATE_WITH_BOT, BEN, false);
  await Promise.all([
    connect(world, ana, 'ana'),
    connect(world, ben, 'ben'),
    connect(world, guest, 'eve'),
  ]);
  const content = (name: string) => `${script(name, 3000)}# secret of Ana\n`;
  const direct = await share(ana, 'dm', { name: 'secret-1.sh', content: content('secret-1') });
  const inside = await share(ana, PRIVATE_WITH_BOT, {
    name: 'secret-2.sh',
    content: content('secret-2').replaceAll('\n', '\r\n'),
    text: `<@${BOT}>`,
  });
  await submitFrom(ana, 'dm', direct);
  await seesModal(ana, 'Submitted');
  await ana.closeModal();
  await ana.command('dm', '/slurm submit');
  await seesModal(ana, 'Allocation');
  await ana.suggest('Allocation', '');
  await ana.submit({
    'Batch script': [{ name: 'secret-3.sh', content: content('secret-3') }],
    Allocation: 'bio-gpu · 82 % of GPU hours used',
  });
  await seesModal(ana, 'Submitted');
  await ana.closeModal();
  await sees(ana, 'dm', /^\S+ secret-1 — Running/);
  await sees(ana, 'dm', /^\S+ secret-3 — Running/);
  await until(
    'all is told',
    async () => column("SELECT id FROM transitions WHERE reply = 'posted'").length >= 2,
  );
  await ana.command('dm', '/slurm again secret-1');
  await seesModal(ana, 'Allocation');
  await ana.closeModal();
  await waldur.setSpeed(0);
  const [job] = (await waldur.jobs()).filter(({ name }) => name === 'secret-1');
  anas = {
    scripts: column('SELECT key FROM scripts ORDER BY id'),
    files: column('SELECT file_id FROM scripts WHERE job_uuid IS NULL ORDER BY id'),
    marks: column('SELECT id FROM submissions'),
    job: job?.uuid ?? '',
    slurmId: job?.backend_id ?? '',
    messages: [
      { channel: 'DANA', ts: direct.thread_ts ?? '' },
      { channel: PRIVATE_WITH_BOT, ts: inside.thread_ts ?? '' },
    ],
  };
  expect(anas).toMatchObject({ scripts: { length: 4 }, marks: { length: 2 } });
});
afterAll(() => world.stop());

const unknownScript = /^I know no such script that you may use\. Share it again\./;
const unknownJob = /^(Waldur shows you no such job|There is no job “)/;
const notTyped = /^A script cannot be named in words/;
const own = {
  list: /^(You have no jobs|There are no jobs|No jobs match|\*Your jobs\*|\*Jobs you can see\*)/,
  help: /^What \/slurm can do/,
  usage: /^(You have no active allocation|`?climate|.*climate)/,
};

/** The buttons that are pressed, and the answer to whoever presses. */
type Row = [wanted: Intent, told: RegExp];

const aboutJob = (name: 'show' | 'refresh' | 'again' | 'edit' | 'delete' | 'unlink'): Row[] =>
  [anas.job, anas.slurmId, 'secret-1'].map((job) => [{ do: name, job }, unknownJob]);
const aboutScripts = (make: (script: string) => Intent): Row[] =>
  anas.scripts.map((each) => [make(each), unknownScript]);

const pressed: { [Do in Intent['do']]: () => Row[] } = {
  list: () => {
    const filter = { mine: false, phases: [], project: null, words: ['secret'] };
    const move = { to: 'older' as const, uuid: anas.job, created: Date.now(), rank: 0 };
    return [[{ do: 'list', filter, move, post: false }, own.list]];
  },
  submit: () => [
    ...aboutScripts((each) => ({ do: 'submit', script: each, convert: false, seenBy: null })),
    ...aboutScripts((each) => ({ do: 'submit', script: each, convert: true, seenBy: ANA })),
  ],
  retry: () => anas.marks.map((mark) => [{ do: 'retry', mark }, unknownScript]),
  again: () => [
    ...aboutJob('again'),
    [{ do: 'again', job: anas.job, unchanged: true }, unknownJob],
  ],
  convert: () => aboutScripts((each) => ({ do: 'convert', script: each })),
  dismiss: () => aboutScripts((each) => ({ do: 'dismiss', script: each })),
  show: () => aboutJob('show'),
  refresh: () => aboutJob('refresh'),
  follow: () => [
    [{ do: 'follow', job: anas.job, direct: false }, unknownJob],
    [{ do: 'follow', job: anas.job, direct: true }, unknownJob],
  ],
  edit: () => aboutJob('edit'),
  delete: () => aboutJob('delete'),
  unlink: () => aboutJob('unlink'),
  usage: () => [[{ do: 'usage' }, own.usage]],
  whoami: () => [[{ do: 'whoami' }, /^You are/]],
  help: () => [[{ do: 'help' }, own.help]],
  connect: () => [[{ do: 'connect', next: { do: 'show', job: anas.job } }, /Waldur API token/]],
  disconnect: () => [[{ do: 'disconnect' }, /^Disconnected/]],
};

/** The forms that are handed in, and the answer: under a field, in place of the form, or in a message. */
type HandedIn = [kept: Form, values: Record<string, unknown>, told: RegExp];

const CLIMATE = { selected_option: { value: uuidOf('allocation climate-2026') } };
const named = { type: 'plain_text_input', value: 'forged' };
const notTheirs = /This form is from an older version/;
const aboutRecord = (name: 'edit' | 'delete' | 'unlink', user: string): HandedIn[] => {
  const kept = { form: name, uuid: anas.job, name: 'forged' };
  return [
    [{ ...kept, user: ANA }, { name: named }, notTheirs],
    [
      { ...kept, user },
      { name: named },
      /Waldur shows you no|no such job|Only Waldur’s staff|not found/,
    ],
    [
      { ...kept, user },
      { name: named, file: { files: [{ id: anas.files[0] ?? '', name: 'x.sh' }] } },
      /Waldur shows you no|no such job|Only Waldur’s staff|not found/,
    ],
  ];
};

const handedIn: { [Name in Form['form']]: (user: string) => HandedIn[] } = {
  submit: (user) => {
    const kept = {
      form: 'submit' as const,
      mark: '0123456789ab',
      sha256: '',
      convert: false,
      changes: [],
      more: null,
      again: null,
      opened: Date.now(),
    };
    const file = (id: string) => ({ files: [{ id, name: 'x.sh' }] });
    return [
      ...anas.scripts.map(
        (each): HandedIn => [
          { ...kept, user: ANA, script: each, inThread: true },
          { allocation: CLIMATE },
          notTheirs,
        ],
      ),
      ...anas.files.map(
        (id): HandedIn => [
          {
            ...kept,
            user,
            mark: randomBytes(6).toString('hex'),
            script: null,
            inThread: true,
          },
          { allocation: CLIMATE, file: file(id) },
          user === BEN ? /That file is not one that you uploaded/ : /Choose an allocation/,
        ],
      ),
    ];
  },
  edit: (user) => aboutRecord('edit', user),
  delete: (user) => aboutRecord('delete', user),
  unlink: (user) => aboutRecord('unlink', user),
  connect: (user) => {
    const kept = { form: 'connect' as const, channel: JOBS, threadTs: null, direct: false };
    const more = { responseUrl: null, next: null, proposed: null };
    const token = { token: { value: 'forged' } };
    return [
      [{ ...kept, ...more, user: ANA }, token, notTheirs],
      [{ ...kept, ...more, user }, token, /Waldur does not take this token/],
    ];
  },
};

/** The options that are loaded into a menu, by its action_id. They have to be the person's own. */
const loaded: Record<string, RegExp> = { allocation: /^(\[\]|.*climate.*)$/ };

/** Message shortcuts, by callback_id: Slack offers them on what one sees, and on nothing else. */
const shortcuts: Record<string, 'refused by Slack'> = { submit: 'refused by Slack' };

/** The words that are typed, by the command's name. */
const typed: { [Do in Intent['do']]: (() => [words: string, told: RegExp][]) | null } = {
  list: () => [['list secret', own.list]],
  submit: () => [
    ['submit #1', notTyped],
    ...anas.scripts.map((each): [string, RegExp] => [`submit ${each}`, notTyped]),
    [`submit again ${anas.marks[0]}`, notTyped],
  ],
  show: () => [
    [`show ${anas.job}`, unknownJob],
    [`show ${anas.slurmId}`, unknownJob],
  ],
  refresh: () => [[`refresh ${anas.job}`, unknownJob]],
  follow: () => [
    [`follow ${anas.job}`, unknownJob],
    [`follow --direct ${anas.job}`, unknownJob],
  ],
  edit: () => [[`edit ${anas.job}`, unknownJob]],
  delete: () => [[`delete ${anas.job}`, unknownJob]],
  unlink: () => [[`unlink ${anas.job}`, unknownJob]],
  connect: () => [[`connect then show ${anas.job}`, /^That looks like a token/]],
  disconnect: () => [['disconnect', /^Disconnected/]],
  usage: () => [['usage', own.usage]],
  whoami: () => [['whoami', /^You are/]],
  help: () => [['help', own.help]],
  again: () => [
    [`again ${anas.job}`, unknownJob],
    [`again ${anas.slurmId}`, unknownJob],
  ],
  retry: null,
  convert: null,
  dismiss: null,
};

test('there is a row for everything that can be pressed, handed in, loaded, taken and typed', () => {
  const listeners = readdirSync('src/listeners')
    .map((name) => readFileSync(join('src/listeners', name), 'utf8'))
    .join('\n');
  const manifest = z
    .object({ features: z.object({ shortcuts: z.array(z.object({ callback_id: z.string() })) }) })
    .parse(parse(readFileSync('manifest.yml', 'utf8')));
  const options = [...listeners.matchAll(/app\.options\('(\w+)'/g)].map(([, name]) => name);
  expect(Object.keys(pressed).toSorted()).toEqual(
    intent.options.map(({ shape }) => shape.do.value).toSorted(),
  );
  expect(Object.keys(handedIn).toSorted()).toEqual(
    form.options.map(({ shape }) => shape.form.value).toSorted(),
  );
  expect(Object.keys(typed).toSorted()).toEqual(commands.map(({ name }) => name).toSorted());
  expect(commands.filter((each) => each.typed === null).map(({ name }) => name)).toEqual(
    Object.entries(typed).flatMap(([name, rows]) => (rows === null ? [name] : [])),
  );
  expect(Object.keys(loaded)).toEqual(options);
  expect(Object.keys(shortcuts)).toEqual(
    manifest.features.shortcuts.map(({ callback_id: id }) => id),
  );
  expect([...listeners.matchAll(/app\.(\w+)\(/g)].map(([, what]) => what).toSorted()).toEqual([
    'action',
    'command',
    'error',
    // Somebody opens their own Home tab: e2e/home.test.ts.
    'event',
    'options',
    'shortcut',
    'view',
  ]);
});

interface Presser {
  person: Person;
  user: string;
  username: string;
}
const pressers: [
  who: string,
  user: string,
  how: { shared?: true; stranger?: true; guest?: true },
][] = [
  ['a second person', BEN, {}],
  ['a guest', GUEST, { guest: true }],
  ['a stranger in a channel that is shared', BEN, { shared: true, stranger: true }],
  ['a person of another channel', GUEST, {}],
];

/** Everything of Ana's as it is now. */
async function asItIs() {
  const { ana, waldur } = world;
  const screens = await Promise.all(['dm', PRIVATE_WITH_BOT].map((place) => ana.screen(place)));
  const inJobs = (await ana.screen(JOBS)).map(({ ts, text }) => ({ ts, text }));
  const watches = `SELECT id, channel, thread_ts, job_uuid, name, closed, deleted_by FROM watches WHERE user = '${ANA}'`;
  return {
    screens,
    inJobs,
    jobs: (await waldur.jobs()).map(({ uuid, name, state, description }) => ({
      uuid,
      name,
      state,
      description,
    })),
    scripts: query(`SELECT * FROM scripts WHERE shared_by = '${ANA}'`),
    submissions: query(`SELECT * FROM submissions WHERE user = '${ANA}'`),
    watches: query(watches),
    account: query(`SELECT sealed FROM accounts WHERE user = '${ANA}'`),
  };
}

const waiting =
  /One moment…|Looking for|Reading your|Submitting…|Deleting the|Unlinking|Changing the|Checking with/;

/** Does something as this person. Returns what they then newly see, one text for each message or modal. */
async function does({ person, username }: Presser, act: () => Promise<string>): Promise<string[]> {
  const places = ['dm', JOBS];
  const seen = async () => (await Promise.all(places.map((place) => person.screen(place)))).flat();
  if ((await person.modal()) !== null) await person.closeModal();
  const before = new Set((await seen()).map(({ ts, text }) => `${ts} ${text}`));
  const ana = await asItIs();
  const asked = (await world.waldur.requests()).length;
  const answered = await act();
  const isFinal = answered !== '' && !waiting.test(answered);
  const news = await until(`an answer to ${username}`, async () => {
    const modal = await person.modal();
    const text = modal === null ? '' : shown(modal);
    const fresh = (await seen()).filter(
      ({ ts, text: said, user }) => user === BOT && !before.has(`${ts} ${said}`),
    );
    const texts = [
      ...fresh.map(shown),
      ...(text === '' ? [] : [text]),
      ...(isFinal ? [answered] : []),
    ];
    return texts.length > 0 && !waiting.test(text) && texts;
  });
  expect(await asItIs()).toEqual(ana);
  const requests = await world.waldur.requests(asked);
  // Looks at what Ana follows are her own.
  const others = requests.filter(({ query: fields }) => !fields.includes('field='));
  expect(
    [...new Set(others.map(({ token }) => token))].filter((name) => name !== username),
  ).toEqual([]);
  return news;
}

/** One sentence, with nothing of Ana's in it. */
function expectTold(news: string[], told: RegExp) {
  expect(news).toHaveLength(1);
  const [only = ''] = news;
  const sentence = only.startsWith('\n') ? texts(only.slice(1)) : only;
  expect(sentence).toMatch(told);
  // Their own words come back: quoted, and in the buttons that search for them again.
  const theirs = /“secret[^”]*”|\\*"words\\*":\[[^\]]*\]/g;
  expect(only.replace(theirs, '')).not.toMatch(/secret/);
}

/** The first text of a modal. */
function texts(blocks: string): string {
  const found = [...blocks.matchAll(/"text":"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text);
  return found.join('\n');
}

describe.each(pressers)('%s', (_who, user, { shared, stranger, guest }) => {
  let presser: Presser;
  beforeAll(async () => {
    await world.slack.setShared(JOBS, shared ?? false);
    await world.slack.setUser(user, {
      is_stranger: stranger ?? false,
      is_restricted: guest ?? false,
    });
    presser =
      user === BEN
        ? { person: world.ben, user, username: 'ben' }
        : { person: world.guest, user, username: 'eve' };
  });

  const press = (wanted: Intent, asOption: boolean) => async () => {
    const value = encode(wanted);
    const chosen = asOption ? { selected_option: { value } } : { value };
    const action = { type: asOption ? 'overflow' : 'button', action_id: 'do:x', block_id: 'b' };
    const container = { type: 'message', message_ts: '1.000000', channel_id: JOBS };
    const actions = [{ ...action, ...chosen, action_ts: '1.000000' }];
    await presser.person.forge(JOBS, { type: 'block_actions', container, actions });
    return '';
  };

  test.each(
    Object.keys(pressed).toSorted(
      (a, b) => Number(a === 'disconnect') - Number(b === 'disconnect'),
    ),
  )('presses %s', async (name) => {
    const rows = Object.entries(pressed).flatMap(([each, make]) => (each === name ? make() : []));
    expect(rows.length).toBeGreaterThan(0);
    for (const [index, [wanted, told]] of rows.entries()) {
      expectTold(await does(presser, press(wanted, index % 2 === 1)), told);
    }
    if (name === 'disconnect') await connect(world, presser.person, presser.username);
  });

  test.each(Object.keys(handedIn))('hands in %s', async (name) => {
    // The choices are known once a form has been opened.
    await presser.person.command(JOBS, '/slurm submit');
    await seesModal(presser.person, /Batch script|no active allocation/);
    const rows = Object.entries(handedIn).flatMap(([each, make]) =>
      each === name ? make(presser.user) : [],
    );
    for (const [kept, given, told] of rows) {
      const values = Object.fromEntries(
        Object.entries(given).map(([block, state]) => [block, { [block]: state }]),
      );
      const view = {
        id: 'V0FORGED01',
        callback_id: name,
        type: 'modal',
        private_metadata: encode(kept),
        state: { values },
      };
      const news = await does(presser, async () => {
        const { body } = await presser.person.forge(JOBS, { type: 'view_submission', view });
        return JSON.stringify(body);
      });
      expectTold(news, told);
    }
  });

  test.each(Object.entries(loaded))('loads %s', async (action_id, fits) => {
    const { body } = await presser.person.forge(JOBS, {
      type: 'block_suggestion',
      action_id,
      block_id: action_id,
      value: '',
      container: { type: 'view' },
    });
    const { options } = z.object({ options: z.array(z.unknown()) }).parse(body);
    expect(JSON.stringify(options)).toMatch(fits);
    expect(JSON.stringify(options)).not.toContain('bio');
  });

  test.each(Object.keys(shortcuts))('takes the shortcut %s', async (callback) => {
    for (const { channel, ts } of anas.messages) {
      await expect(presser.person.shortcut(callback, channel, ts)).rejects.toThrow(/does not see/);
    }
  });

  test.each(
    Object.keys(typed).toSorted((a, b) => Number(a === 'disconnect') - Number(b === 'disconnect')),
  )('types %s', async (name) => {
    const [rows] = Object.entries(typed).flatMap(([each, make]) => (each === name ? [make] : []));
    for (const [words, told] of rows?.() ?? []) {
      expectTold(
        await does(presser, async () => {
          await presser.person.command(JOBS, `/slurm ${words}`);
          return '';
        }),
        told,
      );
    }
    if (name === 'disconnect') await connect(world, presser.person, presser.username);
  });
});
