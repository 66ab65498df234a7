import { describe, expect, test } from '@jest/globals';
import type { Entry, PersonEntry } from '../../sandbox/demo/entries.ts';
import { createRenderer } from '../../sandbox/demo/render.ts';
import { ANA, BOT, buttons, message, modal, reader, section, view } from './demo-entries.ts';

const render = (...entries: Entry[]) => createRenderer(reader, BOT)(entries);
const act = (more: Partial<PersonEntry>): PersonEntry => ({
  seq: 1,
  kind: 'person',
  act: 'click',
  user: ANA,
  ...more,
});

describe('messages', () => {
  test('a message with its buttons, and without its text if it has blocks', () => {
    const blocks = [section('*train* is ready'), buttons('Submit…', 'Dismiss')];
    expect(render(message({ text: 'for notifications', blocks }))).toEqual([
      '    Slurm: train is ready',
      '      [Submit…] [Dismiss]',
    ]);
  });

  test('one that only one person sees', () => {
    expect(render(message({ to: ANA, text: 'hello' }))).toEqual([
      '    Slurm (only Ana sees this):',
      '      hello',
    ]);
  });

  test('one for somebody who is absent is not shown', () => {
    expect(render(message({ to: ANA, text: 'hello', shown: false }))).toEqual([]);
  });

  test('threads are indented, and a broadcast says so', () => {
    expect(render(message({ thread_ts: '1.0', text: 'Started.' }))).toEqual([
      '          Slurm: Started.',
    ]);
    expect(render(message({ thread_ts: '1.0', text: 'Ended.', broadcast: true }))).toEqual([
      '          Slurm (also outside the thread):',
      '            Ended.',
    ]);
  });

  test('only the new lines of an edit are shown', () => {
    const before = message({
      blocks: [section('Queued'), section('As of now'), buttons('Refresh')],
    });
    const after = message({
      change: 'edited',
      blocks: [section('Running'), section('As of now'), buttons('Refresh')],
    });
    expect(render(before, after).slice(3)).toEqual([
      '    Slurm (edits its message):',
      '      Running',
    ]);
    expect(render(before, { ...before, change: 'edited' })).toHaveLength(3);
  });

  test('fields, small print, menus and files', () => {
    const choices = [{ text: { text: 'Details' } }, { text: { text: 'Delete…' } }];
    const more = { type: 'overflow', options: choices };
    const blocks = [
      { ...section('train'), accessory: more },
      { type: 'section', block_id: 'f', fields: [{ text: 'Job 7' }, { text: 'By Ana' }] },
      { type: 'context', block_id: 'c', elements: [{ type: 'mrkdwn', text: 'As of now' }] },
      { type: 'actions', block_id: 'a', elements: [more] },
    ];
    expect(render(message({ blocks, files: [{ name: 'report.txt', size: 9 }] }))).toEqual([
      '    Slurm: train  [⋯]',
      '      Job 7 · By Ana',
      '      As of now',
      '      [⋯ Details · Delete…]',
      '      (file) report.txt, 9 bytes',
    ]);
  });
});

describe('people', () => {
  test('what they write and upload is told from the message, once', () => {
    const said = message({ user: ANA, text: '<@UBOT> show', thread_ts: '1.0' });
    expect(render(said, act({ act: 'say' }))).toEqual([
      '▸ Ana writes in the thread in #jobs: @Slurm show',
    ]);
    expect(render(message({ user: ANA, files: [{ name: 'a.sh', size: 9 }] }))).toEqual([
      '▸ Ana uploads a.sh (9 bytes) in #jobs',
    ]);
  });

  test.each([
    [{ act: 'command', channel: 'C1', text: '/slurm list' }, 'types in #jobs: /slurm list'],
    [{ act: 'click', label: 'Submit…' }, 'presses [Submit…]'],
    [{ act: 'choose', label: 'Details' }, 'chooses “Details” in the ⋯ menu'],
    [{ act: 'close' }, 'closes the form'],
  ])('%j', (more, words) => {
    expect(render(act(more))).toEqual([`▸ Ana ${words}`]);
  });

  test('a token that is handed in is not shown', () => {
    const [line] = render(act({ act: 'submit', view: view('s3cret') }));
    expect(line).toBe('▸ Ana fills in API token: ••••••••, Name: s3cret and presses [Go]');
  });
});

describe('forms', () => {
  test('are boxes, with the sentences under their fields', () => {
    const lines = render(modal({ view: view('x'), errors: { name: 'Too short.' } }));
    expect(lines.map((line) => line.replace(/ +│$/, ''))).toEqual([
      `    ┌ Connect ${'─'.repeat(67)}┐`,
      '    │ Where is it?',
      '    │ API token: [••••••••]',
      '    │ Name (optional): [x]',
      '    │   ! Too short.',
      `    │ ${'[Cancel] [Go]'.padStart(74)}`,
      `    └${'─'.repeat(76)}┘`,
    ]);
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([82]));
  });

  test('one that changes at once is shown as it is afterwards', () => {
    const wait = modal({ view: { ...view(''), blocks: [section('Wait…')] } });
    const ready = modal({ change: 'updated', view: { ...view(''), blocks: [section('Ready')] } });
    expect(render(wait, ready).join()).not.toContain('Wait…');
    expect(render(wait, act({ act: 'submit' }), ready).join()).toContain('Wait…');
    expect(render(modal({ change: 'closed' }))).toEqual([]);
  });
});
