import { Blob } from 'node:buffer';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Accounts } from '../../src/accounts/accounts.ts';
import { createImpersonatingAccounts, IdentityMismatch } from '../../src/accounts/impersonating.ts';
import { isWaldurFailure } from '../../src/api/errors.ts';
import { waldurDispatcher } from '../../src/api/http.ts';
import { saveAccount } from '../../src/store/accounts.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { failing, startServer } from '../api/server.ts';

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

/** Whom users/me names, one request after the other, the last one for ever; `cut`: no answer comes. */
let proofs: string[] = [];
let creator = ANA;
let refuses = false;
let alarms: unknown[] = [];
let server: Awaited<ReturnType<typeof startServer>>;
let db: Database;
let folder = '';
let accounts: Accounts;

function behave(request: IncomingMessage, response: ServerResponse): void {
  const isProof = request.url?.startsWith('/api/users/me/') === true;
  const uuid = proofs.length > 1 && isProof ? proofs.shift() : proofs[0];
  if (isProof && uuid === 'cut') {
    response.destroy();
    return;
  }
  const json = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  if (isProof) json(200, { uuid, username: 'x', full_name: '', email: '' });
  else if (refuses) json(403, { detail: 'Only staff may see this.' });
  else if (request.method === 'DELETE') response.writeHead(204).end();
  else if (request.method === 'POST') json(201, { ...row, user_uuid: creator });
  else json(200, [row]);
}

/** What was asked, without the query; `me` is the proof. */
const asked = () =>
  server.received.map(({ method, url }) =>
    url.startsWith('/api/users/me/') ? 'me' : `${method} ${url.split('?')[0]}`,
  );

beforeEach(async () => {
  [proofs, creator, refuses, alarms] = [[ANA], ANA, false, []];
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
  accounts = createImpersonatingAccounts({
    db,
    staffToken: 'staff',
    waldurUrl: server.url,
    dispatcher: waldurDispatcher(),
    member: async () => member,
    alarm: (what, facts) => alarms.push({ what, ...facts }),
    now: () => new Date(),
  });
  const identity = { waldurUuid: ANA, username: 'ana', fullName: '', sealed: '', email };
  await saveAccount(db, { ...person, ...identity, connectedAt: new Date() });
});
afterEach(async () => {
  await server.close();
  await db.destroy();
  rmSync(folder, { recursive: true });
});

test('an answer is proven after it came, a change before it as well, all under the same header', async () => {
  const { waldur } = await accounts.actingAs(person);
  await waldur.listCheap(1);
  await waldur.createJob(newJob);
  await waldur.deleteJob(JOB);
  expect(asked()).toEqual([
    'GET /api/slurm-jobs/',
    'me',
    'me',
    'POST /api/slurm-jobs/',
    'me',
    'me',
    `DELETE /api/slurm-jobs/${JOB}/`,
    'me',
  ]);
  const headers = server.received.map(({ headers: each }) => each['x-impersonated-user-uuid']);
  expect(new Set(headers)).toEqual(new Set([ANA]));
  expect(alarms).toEqual([]);
});

describe('Waldur answers as staff', () => {
  test('to a list: it is not used, and nothing more is asked, now or later', async () => {
    proofs = [STAFF];
    const { waldur } = await accounts.actingAs(person);
    expect(await failing(waldur.listCheap(1))).toBeInstanceOf(IdentityMismatch);
    expect(asked()).toEqual(['GET /api/slurm-jobs/', 'me']);
    expect(await failing(waldur.listCheap(2))).toBeInstanceOf(IdentityMismatch);
    expect(await failing(waldur.deleteJob(JOB))).toBeInstanceOf(IdentityMismatch);
    expect(await failing(accounts.actingAs(person))).toMatchObject({ why: 'no session' });
    expect(asked()).toHaveLength(2);
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
      proofs = [STAFF];
      const { waldur } = await accounts.actingAs(person);
      const doing = change === 'createJob' ? waldur.createJob(newJob) : waldur[change](JOB);
      expect(await failing(doing)).toBeInstanceOf(IdentityMismatch);
      expect(asked()).toEqual(['me']);
      expect(alarms).toHaveLength(1);
    },
  );

  test('to a change: the person is told that it may have been done', async () => {
    proofs = [ANA, STAFF];
    const { waldur } = await accounts.actingAs(person);
    const error = await failing(waldur.deleteJob(JOB));
    expect(String(error)).toContain('Whether what you wanted was done is not known');
    expect(asked()).toEqual(['me', `DELETE /api/slurm-jobs/${JOB}/`, 'me']);
  });

  test('with a refusal: its words, which may be meant for staff, are not shown', async () => {
    [refuses, proofs] = [true, [STAFF]];
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

test('a change whose proof afterwards fails is ambiguous; a read is just not had', async () => {
  proofs = [ANA, 'cut'];
  const { waldur } = await accounts.actingAs(person);
  const change = await failing(waldur.createJob(newJob));
  expect(isWaldurFailure(change) && change.ambiguous).toBe(true);
  const read = await failing(waldur.listCheap(1));
  expect(isWaldurFailure(read) && read.ambiguous).toBe(false);
  expect(alarms).toEqual([]);
});
