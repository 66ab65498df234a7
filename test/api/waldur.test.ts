import { createHash, randomBytes } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import busboy from 'busboy';
import {
  answering,
  failing,
  type Received,
  startServer,
  TOKEN,
  withWaldur,
} from './scripted-server.ts';

const OCEAN = 'd2035c217d01467ba3a1309afa2bf5c3';
const ROW = {
  uuid: OCEAN,
  name: 'ocean',
  description: '',
  state: 'OK',
  runtime_state: 'RUNNING',
  backend_id: '4005',
  created: '2026-11-24T17:43:21.274701Z',
  modified: '2026-11-24T17:43:21.336638Z',
  error_message: '',
};
const ALLOCATION = {
  uuid: OCEAN,
  name: 'bio-gpu',
  project: 'https://waldur.example.org/api/projects/1/',
  service_settings: 'https://waldur.example.org/api/service-settings/1/',
  project_name: 'bio',
  service_name: 'Example cluster',
  is_active: false,
  gpu_limit: 100,
  gpu_usage: 82.5,
};
const DETAILS = {
  ...ROW,
  project_name: 'bio',
  project_uuid: OCEAN,
  service_settings: ALLOCATION.service_settings,
};

function hex(number: number): string {
  return number.toString(16).padStart(32, '0');
}

/** Rows of `total` jobs, the newest first, an hour between two; the page that the query asks for. */
function paging(total: number, rowAt: (index: number) => object) {
  return (
    request: { url?: string | undefined },
    response: Parameters<ReturnType<typeof answering>>[1],
  ) => {
    const query = new URL(request.url ?? '', 'http://waldur').searchParams;
    const size = Number(query.get('page_size'));
    const start = (Number(query.get('page')) - 1) * size;
    const rows = Array.from({ length: Math.max(0, Math.min(size, total - start)) }, (_, index) =>
      rowAt(start + index),
    );
    response.writeHead(200, { 'content-type': 'application/json', 'x-result-count': `${total}` });
    response.end(JSON.stringify(rows));
  };
}

function jobAt(index: number) {
  const created = new Date(Date.UTC(2026, 10, 24) - index * 3_600_000).toISOString();
  return { ...ROW, uuid: hex(index), created, description: `Submitted from Slack · mark${index}.` };
}

describe('requests', () => {
  test('a list: the token, JSON, and each field by its name', async () => {
    await withWaldur(answering(200, [ROW]), async ({ waldur, received }) => {
      await waldur.listCheap(3, 50);
      expect(received[0]).toMatchObject({
        method: 'GET',
        url:
          '/api/slurm-jobs/?page=3&page_size=50&field=uuid&field=name&field=description&field=state' +
          '&field=runtime_state&field=backend_id&field=created&field=modified&field=error_message',
        headers: {
          accept: 'application/json',
          authorization: 'Token TOKEN-OF-ADA',
          'user-agent': 'slurm-for-slack',
        },
      });
    });
  });

  test('who one is: never the whole answer, which would hold the token', async () => {
    const me = { uuid: OCEAN, username: 'ada' };
    await withWaldur(answering(200, me), async ({ waldur, received }) => {
      expect(await waldur.me()).toMatchObject({
        uuid: OCEAN,
        username: 'ada',
        fullName: '',
        email: '',
      });
      expect(received[0]?.url).toBe(
        '/api/users/me/?field=uuid&field=username&field=full_name&field=email&field=is_staff&field=permissions',
      );
    });
  });

  test('a Waldur below a path', async () => {
    const options = { basePath: '/waldur' };
    await withWaldur(
      answering(200, ROW),
      async ({ waldur, received }) => {
        await waldur.getCheap(OCEAN);
        expect(received[0]?.url).toMatch(
          /^\/waldur\/api\/slurm-jobs\/d2035c[0-9a-f]+\/\?field=uuid&/,
        );
      },
      options,
    );
  });

  test.each(['..', '../users/me', 'a/b', '', 'x?y', '%2e%2e'])(
    'the id %p is not sent',
    async (uuid) => {
      await withWaldur(answering(200, ROW), async ({ waldur, received }) => {
        expect(await failing(waldur.getJob(uuid))).toBeInstanceOf(TypeError);
        expect(received).toHaveLength(0);
      });
    },
  );
});

describe('answers', () => {
  test.each([
    ['CREATION_SCHEDULED', 'creation scheduled'],
    ['Deletion Scheduled', 'deletion scheduled'],
    ['ERRED', 'erred'],
    ['OK', 'ok'],
    ['Terminating', 'unknown'],
    [3, 'unknown'],
    [null, 'unknown'],
  ])('state %p is %p', async (state, expected) => {
    await withWaldur(answering(200, { ...ROW, state }), async ({ waldur }) => {
      expect((await waldur.getCheap(OCEAN)).state).toBe(expected);
    });
  });

  test.each([
    ['Job submitted', 'Job submitted'],
    [{ exit: 1 }, '{\n  "exit": 1\n}'],
    [[], '[]'],
    ['', null],
    [undefined, null],
  ])('report %p is %p', async (report, expected) => {
    await withWaldur(answering(200, { ...DETAILS, report }), async ({ waldur }) => {
      expect((await waldur.getJob(OCEAN)).report).toBe(expected);
    });
  });

  test('nulls, an absent user, and a uuid with dashes', async () => {
    const row = {
      ...DETAILS,
      uuid: 'D2035C21-7D01-467B-A3A1-309AFA2BF5C3',
      runtime_state: null,
      project_name: null,
    };
    await withWaldur(answering(200, row), async ({ waldur }) => {
      expect(await waldur.getJob(OCEAN)).toMatchObject({
        uuid: OCEAN,
        runtimeState: '',
        projectName: '',
        userUuid: null,
        customerName: '',
      });
    });
  });

  test.each([
    ['uuid', 'no uuid'],
    ['created', 'yesterday'],
    ['backend_id', 4005],
  ])('%s must not be %p', async (key, value) => {
    await withWaldur(answering(200, { ...ROW, [key]: value }), async ({ waldur }) => {
      const error = await failing(waldur.getCheap(OCEAN));
      expect(error).toMatchObject({ kind: 'surprise', problem: expect.stringContaining(key) });
      expect(String(error)).not.toContain(String(value));
    });
  });

  test('pull and delete: each documented status, and no other', async () => {
    await withWaldur(answering(202, {}), async ({ waldur }) => {
      expect(await waldur.pull(OCEAN)).toBe('scheduled');
      expect(await waldur.deleteJob(OCEAN)).toBe('scheduled');
    });
    await withWaldur(answering(204, ''), async ({ waldur, received }) => {
      expect(await waldur.deleteJob(OCEAN)).toBe('deleted');
      expect(received[0]).toMatchObject({ method: 'DELETE', url: `/api/slurm-jobs/${OCEAN}/` });
    });
    await withWaldur(answering(200, '<html>'), async ({ waldur }) => {
      const surprise = { kind: 'surprise', status: 200, ambiguous: true };
      expect(await failing(waldur.pull(OCEAN))).toMatchObject(surprise);
      expect(await failing(waldur.deleteJob(OCEAN))).toMatchObject(surprise);
    });
  });
});

describe('a script', () => {
  /** A Waldur that has the script there. */
  const having =
    (file: unknown, bytes: Buffer) => (request: IncomingMessage, response: ServerResponse) => {
      if (request.url?.startsWith('/api/slurm-jobs/')) {
        response.end(
          JSON.stringify({
            file:
              typeof file === 'string'
                ? file.replace('HERE', `http://${request.headers.host}`)
                : file,
          }),
        );
      } else {
        response.setHeader('content-disposition', 'attachment; filename="train.sh"');
        response.end(bytes);
      }
    };
  const bytes = Buffer.from([0x23, 0x21, 0xff, 0x00, 0x0a]);

  test('comes byte for byte, with the name of its file', async () => {
    await withWaldur(having('HERE/api/media/1/', bytes), async ({ waldur, received }) => {
      expect(await waldur.getScript(OCEAN, 5)).toEqual({ bytes, fileName: 'train.sh' });
      expect(
        received.map(({ url, headers }) => [url, headers.accept, headers.authorization]),
      ).toEqual([
        [`/api/slurm-jobs/${OCEAN}/?field=file`, 'application/json', `Token ${TOKEN}`],
        ['/api/media/1/', '*/*', `Token ${TOKEN}`],
      ]);
    });
  });

  test('one above the limit is not read', async () => {
    await withWaldur(having('HERE/api/media/1/', bytes), async ({ waldur }) => {
      const error = await failing(waldur.getScript(OCEAN, 4));
      expect(error).toMatchObject({ kind: 'surprise', problem: 'a larger file than is taken' });
    });
  });

  test('another origin than Waldur’s is never asked', async () => {
    const elsewhere = await startServer(answering(200, '#!/bin/sh'));
    await withWaldur(having(`${elsewhere.url}/1`, bytes), async ({ waldur }) => {
      expect(await failing(waldur.getScript(OCEAN, 5))).toMatchObject({
        kind: 'surprise',
        status: null,
      });
    });
    expect(elsewhere.received).toEqual([]);
    await elsewhere.close();
  });

  test.each([null, '', undefined])('there may be none (%j)', async (file) => {
    await withWaldur(having(file, bytes), async ({ waldur }) => {
      expect(await waldur.getScript(OCEAN, 5)).toBeNull();
    });
  });
});

describe('many pages', () => {
  test('all allocations, with their usage', async () => {
    const rowAt = (index: number) => ({ ...ALLOCATION, uuid: hex(index) });
    await withWaldur(paging(650, rowAt), async ({ waldur, received }) => {
      const all = await waldur.allocations();
      expect(all.map((one) => one.uuid)).toEqual(Array.from({ length: 650 }, (_, n) => hex(n)));
      expect(all[0]).toMatchObject({
        isActive: false,
        usage: { cpu: 0, gpu: 82.5, ram: 0 },
        limit: { cpu: 0, gpu: 100, ram: 0 },
      });
      expect(received).toHaveLength(3);
    });
  });

  test('a mark is found on the second page', async () => {
    await withWaldur(paging(900, jobAt), async ({ waldur, received }) => {
      const marked = waldur.jobsWithMark('mark450.', new Date(0))[Symbol.asyncIterator]();
      const { value: found } = await marked.next();
      expect(found?.uuid).toBe(hex(450));
      expect(received).toHaveLength(2);
    });
  });

  test('a missing mark: reads no further than needed', async () => {
    await withWaldur(paging(900, jobAt), async ({ waldur, received }) => {
      expect(
        await Array.fromAsync(waldur.jobsWithMark('nowhere', new Date('2026-11-23T12:00:00Z'))),
      ).toEqual([]);
      expect(received).toHaveLength(1);
      expect(await Array.fromAsync(waldur.jobsWithMark('nowhere', new Date(0)))).toEqual([]);
      expect(received).toHaveLength(4);
    });
  });

  test('a mark is not looked for beyond 3,000 jobs', async () => {
    await withWaldur(paging(20_000, jobAt), async ({ waldur, received }) => {
      expect(await Array.fromAsync(waldur.jobsWithMark('mark3000.', new Date(0)))).toEqual([]);
      expect(received).toHaveLength(10);
    });
  });
});

/** What a form holds, as busboy reads it. */
async function formOf({ headers, body }: Received) {
  const values: Record<string, string> = {};
  const files: { name: string; fileName: string; sha256: string }[] = [];
  const parser = busboy({ headers });
  parser.on('field', (name, value) => {
    values[name] = value;
  });
  parser.on('file', (name, stream, info) => {
    const hash = createHash('sha256');
    stream.on('data', (chunk: Buffer) => hash.update(chunk));
    stream.on('end', () =>
      files.push({ name, fileName: info.filename, sha256: hash.digest('hex') }),
    );
  });
  await new Promise((resolve) => Readable.from([body]).pipe(parser).on('close', resolve));
  return { values, files };
}

describe('creating', () => {
  test.each([1, 3 * 1024 * 1024])('%d bytes arrive as they are, in one POST', async (size) => {
    const folder = await mkdtemp(join(tmpdir(), 'waldur-'));
    const bytes = randomBytes(size);
    await writeFile(join(folder, 'script'), bytes);
    const file = await openAsBlob(join(folder, 'script'));
    const job = {
      name: '<!channel> "x"',
      description: 'Submitted from Slack · 7f3a9c7f3a9c',
      serviceSettings: ALLOCATION.service_settings,
      project: ALLOCATION.project,
      file,
      fileName: 'my "best" script.sh',
    };
    await withWaldur(answering(201, DETAILS), async ({ waldur, received }) => {
      expect(await waldur.createJob(job)).toMatchObject({ uuid: OCEAN });
      expect(received).toHaveLength(1);
      const [request] = received;
      if (!request) throw new Error('Nothing was received');
      expect(request).toMatchObject({ method: 'POST', url: '/api/slurm-jobs/' });
      expect(await formOf(request)).toEqual({
        values: {
          name: '<!channel> "x"',
          description: 'Submitted from Slack · 7f3a9c7f3a9c',
          service_settings: ALLOCATION.service_settings,
          project: ALLOCATION.project,
        },
        files: [
          {
            name: 'file',
            fileName: 'my %22best%22 script.sh',
            sha256: createHash('sha256').update(bytes).digest('hex'),
          },
        ],
      });
    });
    await rm(folder, { recursive: true });
  });
});
