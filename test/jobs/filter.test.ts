import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Filter,
  formatFilter,
  matches,
  meantPhase,
  parseFilter,
} from '../../src/jobs/filter.ts';
import type { ListedJob } from '../../src/jobs/job.ts';

const none: Filter = { mine: true, phases: [], project: null, words: [] };
const me = 'aa'.repeat(16);
const job: ListedJob = {
  uuid: 'd2035c217d01467ba3a1309afa2bf5c3',
  name: 'Train model',
  description: 'Submitted from Slack · 7f3a9c',
  state: 'ok',
  runtimeState: 'RUNNING',
  slurmId: '48213',
  created: new Date(0),
  modified: new Date(0),
  errorMessage: '',
  projectName: 'Bio GPU',
  serviceSettings: 'https://waldur.example.org/api/service-settings/1/',
  userUuid: me,
};

describe('reading a filter', () => {
  test.each([
    ['', none],
    ['  ', none],
    ['mine', none],
    ['all', { ...none, mine: false }],
    ['ALL failed', { ...none, mine: false, phases: ['failed'] }],
    ['Mine RUNNING', { ...none, phases: ['running'] }],
    ['running queued running', { ...none, phases: ['running', 'queued'] }],
    ['pending canceled error', { ...none, phases: ['queued', 'cancelled', 'erred'] }],
    ['state:failed STATE:Pending', { ...none, phases: ['failed', 'queued'] }],
    ['project:bio train', { ...none, project: 'bio', words: ['train'] }],
    ['project:"Bio GPU" x', { ...none, project: 'Bio GPU', words: ['x'] }],
    ['project:“Bio GPU” „two words“', { ...none, project: 'Bio GPU', words: ['two words'] }],
    ['project:a:b', { ...none, project: 'a:b' }],
    ['"failed" "mine" "all"', { ...none, words: ['failed', 'mine', 'all'] }],
    ['"foo:bar"', { ...none, words: ['foo:bar'] }],
    ['12:30 constructor', { ...none, words: ['12:30', 'constructor'] }],
    ['"open end', { ...none, words: ['open end'] }],
    ['"say \\"hi\\" \\\\"', { ...none, words: ['say "hi" \\'] }],
    ['""', none],
  ])('%s', (text, filter) => {
    expect(parseFilter(text)).toEqual({ filter });
  });

  test.each([
    [
      'foo:bar',
      'There is no filter "foo:". There are project:NAME and state:STATE. To search for the text itself, put it in quotes.',
    ],
    [
      'projct:bio',
      'There is no filter "projct:". Did you mean "project"? There are project:NAME and state:STATE. To search for the text itself, put it in quotes.',
    ],
    [
      'state:runing',
      'There is no state "runing". Did you mean "running"? There are submitting, submitted, queued, running, completed, failed, cancelled, erred, deleting, unknown, left, pending, error, canceled.',
    ],
    [
      'state:__proto__',
      'There is no state "__proto__". There are submitting, submitted, queued, running, completed, failed, cancelled, erred, deleting, unknown, left, pending, error, canceled.',
    ],
    ['state:', 'Say which state is meant, for instance state:running.'],
    ['project: bio', 'Say which project is meant, for instance project:bio.'],
    ['project:""', 'Say which project is meant, for instance project:bio.'],
    ['project:a project:b', 'Only one project can be asked for at a time.'],
  ])('%s is a problem', (text, problem) => {
    expect(parseFilter(text)).toEqual({ problem });
  });

  test('a problem does not repeat ten thousand characters', () => {
    const parsed = parseFilter(`state:${'x'.repeat(10_000)}`);
    expect('problem' in parsed && parsed.problem.length).toBeLessThan(300);
  });
});

test.each([
  ['runing', 'running'],
  ['RUNING train', 'running'],
  ['faild', 'failed'],
  ['pendin', 'queued'],
  ['train', null],
  ['err', null],
  ['', null],
])('"%s" probably means %s', (text, phase) => {
  const parsed = parseFilter(text);
  expect('filter' in parsed && meantPhase(parsed.filter)).toBe(phase);
});

describe('matching', () => {
  test.each([
    ['', true],
    ['mine', true],
    ['all', true],
    ['running', true],
    ['queued', false],
    ['queued running', true],
    ['project:bio', true],
    ['project:"bio gpu"', true],
    ['project:chem', false],
    ['train', true],
    ['TRAIN MODEL', true],
    ['train other', false],
    ['7F3A9C', true],
    ['48213', true],
    ['d2035c21', true],
    ['"train model"', true],
    ['"model train"', false],
    ['"running"', false],
    ['bio', false],
  ])('"%s": %s', (text, expected) => {
    const parsed = parseFilter(text);
    expect('filter' in parsed && matches(parsed.filter, job, me)).toBe(expected);
  });

  test('nothing is mine when it is not known who I am, or nobody submitted it', () => {
    expect(matches(none, job, null)).toBe(false);
    expect(matches(none, { ...job, userUuid: null }, null)).toBe(false);
    expect(matches(none, { ...job, userUuid: 'bb'.repeat(16) }, me)).toBe(false);
  });
});

test('a printed filter reads back as itself', () => {
  const text = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({ minLength: 1, unit: 'binary' }),
    fc.constantFrom(
      'mine',
      'all',
      'FAILED',
      'a b',
      'a:b',
      'state:',
      '"',
      '\\',
      '“”',
      '\\"',
      '--post',
    ),
  );
  const filter: fc.Arbitrary<Filter> = fc.record({
    mine: fc.boolean(),
    phases: fc.uniqueArray(fc.constantFrom('queued', 'running', 'failed', 'erred', 'unknown')),
    project: fc.option(text),
    words: fc.array(text),
  });
  fc.assert(
    fc.property(filter, (given) => {
      expect(parseFilter(formatFilter(given))).toEqual({ filter: given });
    }),
  );
});
