import { Blob } from 'node:buffer';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createImpersonatingAccounts, IdentityMismatch } from '../../src/accounts/impersonating.ts';
import { createStaffAccess, StaffFault } from '../../src/accounts/staff-access.ts';
import type { Accounts } from '../../src/accounts/waldur-accounts.ts';
import { isWaldurFailure } from '../../src/api/errors.ts';
import { waldurDispatcher } from '../../src/api/http.ts';
import { saveAccount } from '../../src/store/accounts.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { failing, startServer } from '../api/scripted-server.ts';

const ANA = 'a'.repeat(32);
const STAFF = 'f'.repeat(32);
const JOB = '1'.repeat(32);
const person = { team: 'T1', user: 'U1' };
const email = 'ana@example.org';

const row = {
  uuid: JOB,
  name: 'train',
  description: '',
  state: 'OK',
  runtime_state: '',
  backend_id: '1',
  created: '2026-11-24T12:00:00Z',
  modified: '2026-11-24T12:00:00Z',
  error_message: '',
  project_name: 'bio',
  service_settings: 'https://waldur.example.org/api/service-settings/1/',
  project_uuid: '2'.repeat(32),
};
const newJob = {
  name: 'train',
  description: '',
  serviceSettings: 'x',
  project: 'y',
  file: new Blob(['#!/bin/sh\n']),
  fileName: 'train.sh',
};

const NO_SESSION = 'Unable to impersonate user which does not have an active session.';

/** The people whom users/me names, one request after the other, the last one for ever. Other words are failures. */
let proofs: string[] = [];
/** The impersonators that answers name, beginning with the first proof; the last one for ever. */
let marks: (string | null)[] = [];
let creator = ANA;
/** The status of a refusal, instead of a list. */
let refuses = 0;
/** Waldur's answer to staff about Ana. A number is the status of a refusal. */
let standing: { is_active?: boolean; email?: string } | number = {};
let isStaff = true;
let alarms: unknown[] = [];
let time = 0;
let server: Awaited<ReturnType<typeof startServer>>;
let db: Database;
let folder = '';
/** Accounts as in a process that has just started. */
let makeAccounts: () => Accounts;
let accounts: Accounts;

function behave(request: IncomingMessage, response: ServerResponse): void {
  const { url = '', headers } = request;
  if (headers['x-impersonated-user-uuid'] === undefined) answerStaff(url, response);
  else answerAna(request, response);
}

function answerStaff(url: string, response: ServerResponse): void {
  if (url.includes('is_staff')) json(response, 200, { is_staff: isStaff });
  else if (typeof standing === 'number') json(response, standing, { detail: 'No.' });
  else json(response, 200, { uuid: ANA, username: 'ana', full_name: '', email, ...standing });
}

function answerAna({ url = '', method }: IncomingMessage, response: ServerResponse): void {
  const mark = next(marks) ?? null;
  if (mark !== null) response.setHeader('x-impersonator-uuid', mark);
  if (url.startsWith('/api/users/me/')) answerMe(response);
  else if (refuses > 0) json(response, refuses, { detail: 'Only staff may see this.' });
  else if (method === 'DELETE') response.writeHead(204).end();
  else if (method === 'POST') json(response, 201, { ...row, user_uuid: creator });
  else if (url.includes('field=file')) json(response, 200, { file: `${server.url}/media/1` });
  else if (url === '/media/1') response.end('#!/bin/sh\n');
  else json(response, 200, [row]);
}

function answerMe(response: ServerResponse): void {
  const uuid = next(proofs);
  if (uuid === 'cut') response.destroy();
  else if (uuid === 'no session') json(response, 403, { detail: NO_SESSION });
  else if (uuid === 'refused') json(response, 401, { detail: 'Token has expired.' });
  else json(response, 200, { uuid, username: 'x', full_name: '', email: '' });
}

const next = <T>(list: T[]): T | undefined => (list.length > 1 ? list.shift() : list[0]);

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/**
 * The requests without their query. `me` is the proof; `active?` and `staff?` are asked with the token in its own name.
 */
const asked = () =>
  server.received.map(({ method, url, headers }) => {
    if (headers['x-impersonated-user-uuid'] !== undefined)
      return url.startsWith('/api/users/me/') ? 'me' : `${method} ${url.split('?')[0]}`;
    return url.startsWith(`/api/users/${ANA}/?`) ? 'active?' : 'staff?';
  });

beforeEach(async () => {
  [proofs, marks, creator, refuses, alarms] = [[ANA], [STAFF], ANA, 0, []];
  [standing, isStaff, time] = [{ is_active: true }, true, Date.now()];
  server = await startServer(behave);
  folder = mkdtempSync(join(tmpdir(), 'impersonating-'));
  db = await openDatabase(join(folder, 'slurm.db'));
  const member = {
    isHome: true,
    isBot: false,
    isGuest: false,
    isDeactivated: false,
    isEmailConfirmed: true,
    email,
  };
  const common = {
    staffToken: 'staff',
    waldurUrl: server.url,
    dispatcher: waldurDispatcher(),
    timeoutMs: 10_000,
    alarm: (what: string, facts: object) => alarms.push({ what, ...facts }),
  };
  makeAccounts = () =>
    createImpersonatingAccounts({
      ...common,
      db,
      staff: createStaffAccess(common),
      member: async () => member,
      now: () => new Date(time),
    });
  accounts = makeAccounts();
  const identity = { waldurUuid: ANA, username: 'ana', fullName: '', sealed: '', email };
  await saveAccount(db, {
    ...person,
    ...identity,
    rights: { staff: false, projects: [] },
    connectedAt: new Date(),
  });
});
afterEach(async () => {
  await server.close();
  await db.destroy();
  rmSync(folder, { recursive: true });
});

const askedAsAna = () => asked().filter((what) => !what.endsWith('?'));
const LIST = 'GET /api/slurm-jobs/';

describe('a Waldur whose answers say who impersonates', () => {
  test('users/me is asked once, and before a change whether the person is active', async () => {
    const { waldur } = await accounts.actingAs(person);
    await waldur.listCheap(1);
    await waldur.listCheap(1);
    await waldur.createJob(newJob);
    const { waldur: later } = await accounts.actingAs(person);
    await later.deleteJob(JOB);
    expect(asked()).toEqual([
      'active?',
      'me',
      LIST,
      LIST,
      'active?',
      'POST /api/slurm-jobs/',
      'active?',
      `DELETE /api/slurm-jobs/${JOB}/`,
    ]);
    const forAna = server.received.map(({ headers }) => headers['x-impersonated-user-uuid']);
    expect(new Set(forAna)).toEqual(new Set([ANA, undefined]));
    expect(alarms).toEqual([]);
  });

  test('a process that was started anew proves it anew', async () => {
    await (await accounts.actingAs(person)).waldur.listCheap(1);
    await (await makeAccounts().actingAs(person)).waldur.listCheap(1);
    expect(asked()).toEqual(['active?', 'me', LIST, 'active?', 'me', LIST]);
  });

  test('an answer that does not say it is not used, and nothing more is asked', async () => {
    marks = [STAFF, null];
    const { waldur } = await accounts.actingAs(person);
    expect(await failing(waldur.listCheap(1))).toBeInstanceOf(IdentityMismatch);
    expect(await failing(waldur.deleteJob(JOB))).toBeInstanceOf(IdentityMismatch);
    expect(asked().filter((what) => what.startsWith('DELETE'))).toEqual([]);
    expect(await failing(accounts.actingAs(person))).toMatchObject({ why: 'no session' });
    expect(alarms[0]).toMatchObject({ ...person, expected: ANA, found: null, asked: LIST });
  });

  test('a change whose answer does not say it may have been done: the person is told', async () => {
    marks = [STAFF, null];
    const { waldur } = await accounts.actingAs(person);
    const error = await failing(waldur.createJob(newJob));
    expect(error).toBeInstanceOf(IdentityMismatch);
    expect(String(error)).toContain('Whether what you wanted was done is not known');
  });

  test('a refusal that does not say it may be a proxy’s: users/me tells', async () => {
    [refuses, marks] = [503, [STAFF, null, STAFF]];
    const { waldur } = await accounts.actingAs(person);
    expect(await failing(waldur.listCheap(1))).toMatchObject({ status: 503 });
    expect(asked()).toEqual(['active?', 'me', LIST, 'me']);
    expect(alarms).toEqual([]);
    [refuses, marks, proofs] = [404, [null], [STAFF]];
    expect(await failing(waldur.listCheap(1))).toBeInstanceOf(IdentityMismatch);
  });

  test('a file may come from a part of Waldur that does not say it: users/me tells', async () => {
    [proofs, marks] = [
      [ANA, ANA],
      [STAFF, STAFF, null],
    ];
    const { waldur } = await accounts.actingAs(person);
    const { bytes } = (await waldur.getScript(JOB, 100)) ?? {};
    expect(bytes?.toString()).toBe('#!/bin/sh\n');
    expect(asked()).toEqual(['active?', 'me', `GET /api/slurm-jobs/${JOB}/`, 'GET /media/1', 'me']);
    expect(alarms).toEqual([]);

    [proofs, marks] = [[STAFF], [STAFF, null]];
    await expect(waldur.getScript(JOB, 100)).rejects.toThrow(IdentityMismatch);
  });

  test('a refusal that says it is told without another question', async () => {
    refuses = 409;
    const { waldur } = await accounts.actingAs(person);
    expect(await failing(waldur.listCheap(1))).toMatchObject({ status: 409 });
    expect(asked()).toEqual(['active?', 'me', LIST]);
  });
});

describe('people who are deactivated in Waldur', () => {
  const gone = { is_active: false };

  test('change nothing from then on, and are told so', async () => {
    const { waldur } = await accounts.actingAs(person);
    await waldur.listCheap(1);
    standing = gone;
    expect(await failing(waldur.deleteJob(JOB))).toMatchObject({ why: 'deactivated' });
    expect(await failing(accounts.actingAs(person))).toMatchObject({ why: 'deactivated' });
    expect(asked()).toEqual(['active?', 'me', LIST, 'active?', 'active?']);
    expect(alarms).toEqual([]);
  });

  test('see nothing after ten minutes', async () => {
    const { waldur } = await accounts.actingAs(person);
    await waldur.listCheap(1);
    standing = gone;
    time += 9 * 60_000;
    await waldur.listCheap(1);
    time += 61_000;
    expect(await failing(waldur.listCheap(1))).toMatchObject({ why: 'deactivated' });
    expect(asked()).toEqual(['active?', 'me', LIST, LIST, 'active?']);
  });

  test('who is not in Waldur any more is not acted for', async () => {
    standing = 404;
    const { waldur } = await accounts.actingAs(person);
    expect(await failing(waldur.deleteJob(JOB))).toMatchObject({ why: 'no session' });
    expect(asked()).toEqual(['active?']);
  });

  test('who has another address in Waldur than in Slack has to confirm who they are', async () => {
    standing = { is_active: true, email: 'mallory@example.org' };
    const { waldur } = await accounts.actingAs(person);
    expect(await failing(waldur.listCheap(1))).toMatchObject({ why: 'never' });
    expect(await failing(waldur.deleteJob(JOB))).toMatchObject({ why: 'never' });
    standing = { is_active: true, email: 'Ana@example.org' };
    await waldur.listCheap(1);
    expect(asked()).toEqual(['active?', 'active?', 'active?', 'me', LIST]);
  });

  test('where Waldur does not answer that, nothing is changed and nobody is disconnected', async () => {
    standing = 502;
    const { waldur } = await accounts.actingAs(person);
    expect(await failing(waldur.deleteJob(JOB))).toMatchObject({ status: 502, ambiguous: false });
    standing = { is_active: true };
    await waldur.deleteJob(JOB);
    expect(asked()).toEqual(['active?', 'active?', 'me', `DELETE /api/slurm-jobs/${JOB}/`]);
  });
});

describe('a fault of the staff token', () => {
  const notMended = 'The people who run me have been alarmed';

  test.each<[string, typeof standing]>([
    ['it is refused', 401],
    ['it may not see people', 403],
    ['it is of staff no more, and so is not told who is active', {}],
  ])('%s: one alarm, and nobody has to sign in', async (_name, told) => {
    standing = told;
    const { waldur } = await accounts.actingAs(person);
    for (const _again of [1, 2]) {
      const error = await failing(waldur.deleteJob(JOB));
      expect(error).toBeInstanceOf(StaffFault);
      expect(String(error)).toContain(notMended);
    }
    expect(alarms).toHaveLength(1);
    standing = { is_active: true };
    await waldur.deleteJob(JOB);
    expect((await accounts.actingAs(person)).account.expiredAt).toBeNull();
  });

  test('it is of staff no more, so that the header is ignored: that is not about the person', async () => {
    const { waldur } = await accounts.actingAs(person);
    await waldur.listCheap(1);
    [marks, proofs, isStaff] = [[null], [STAFF], false];
    expect(await failing(waldur.listCheap(1))).toBeInstanceOf(StaffFault);
    const change = await failing((await accounts.actingAs(person)).waldur.createJob(newJob));
    expect(String(change)).toContain(notMended);
    expect(alarms).toEqual([{ what: 'WALDUR_STAFF_TOKEN is not the token of a staff user.' }]);
    [marks, proofs, isStaff] = [[STAFF], [ANA], true];
    await (await accounts.actingAs(person)).waldur.listCheap(1);
  });
});

describe('a Waldur whose answers do not say who impersonates', () => {
  beforeEach(() => {
    marks = [null];
  });

  test('an answer is proven after it came, a change before it as well', async () => {
    const { waldur } = await accounts.actingAs(person);
    await waldur.listCheap(1);
    await waldur.createJob(newJob);
    await waldur.deleteJob(JOB);
    expect(askedAsAna()).toEqual([
      'me',
      'GET /api/slurm-jobs/',
      'me',
      'me',
      'POST /api/slurm-jobs/',
      'me',
      'me',
      `DELETE /api/slurm-jobs/${JOB}/`,
      'me',
    ]);
    expect(alarms).toEqual([]);
  });

  describe('Waldur answers as staff', () => {
    test('to a list: it is not used, and nothing more is asked, now or later', async () => {
      proofs = [ANA, STAFF];
      const { waldur } = await accounts.actingAs(person);
      expect(await failing(waldur.listCheap(1))).toBeInstanceOf(IdentityMismatch);
      expect(askedAsAna()).toEqual(['me', LIST, 'me']);
      expect(await failing(waldur.listCheap(2))).toBeInstanceOf(IdentityMismatch);
      expect(await failing(waldur.deleteJob(JOB))).toBeInstanceOf(IdentityMismatch);
      expect(await failing(accounts.actingAs(person))).toMatchObject({ why: 'no session' });
      expect(askedAsAna()).toHaveLength(3);
      expect(alarms[0]).toEqual({
        what: 'Waldur answered as somebody else',
        ...person,
        expected: ANA,
        found: STAFF,
        asked: 'GET /api/slurm-jobs/',
      });
    });

    test.each(['createJob', 'deleteJob', 'pull'] as const)(
      'before a change: %s is not sent',
      async (change) => {
        proofs = [ANA, STAFF];
        const { waldur } = await accounts.actingAs(person);
        const doing = change === 'createJob' ? waldur.createJob(newJob) : waldur[change](JOB);
        expect(await failing(doing)).toBeInstanceOf(IdentityMismatch);
        expect(askedAsAna()).toEqual(['me', 'me']);
        expect(alarms).toHaveLength(1);
      },
    );

    test('to a change: the person is told that it may have been done', async () => {
      proofs = [ANA, ANA, STAFF];
      const { waldur } = await accounts.actingAs(person);
      const error = await failing(waldur.deleteJob(JOB));
      expect(String(error)).toContain('Whether what you wanted was done is not known');
      expect(askedAsAna()).toEqual(['me', 'me', `DELETE /api/slurm-jobs/${JOB}/`, 'me']);
    });

    test('with a refusal: its words, which may be meant for staff, are not shown', async () => {
      [refuses, proofs] = [403, [ANA, STAFF]];
      const { waldur } = await accounts.actingAs(person);
      const error = await failing(waldur.listCheap(1));
      expect(error).toBeInstanceOf(IdentityMismatch);
      expect(String(error)).not.toContain('Only staff');
    });

    test('a job that was created for somebody else', async () => {
      creator = STAFF;
      const { waldur } = await accounts.actingAs(person);
      expect(await failing(waldur.createJob(newJob))).toBeInstanceOf(IdentityMismatch);
      expect(alarms).toMatchObject([{ expected: ANA, found: STAFF, asked: 'a created job' }]);
      expect(await failing(accounts.actingAs(person))).toMatchObject({ why: 'no session' });
    });
  });

  test.each(['cut', 'no session', 'refused'])(
    'a change whose proof afterwards fails (%s) is ambiguous',
    async (proof) => {
      proofs = [ANA, ANA, proof];
      const { waldur } = await accounts.actingAs(person);
      const change = await failing(waldur.createJob(newJob));
      expect(isWaldurFailure(change) && change.ambiguous).toBe(true);
    },
  );

  test('a read whose proof fails is just not had', async () => {
    proofs = [ANA, 'cut'];
    const { waldur } = await accounts.actingAs(person);
    const read = await failing(waldur.listCheap(1));
    expect(isWaldurFailure(read) && read.ambiguous).toBe(false);
    expect(alarms).toEqual([]);
  });
});
