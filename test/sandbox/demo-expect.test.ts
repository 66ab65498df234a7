import { expect, test } from '@jest/globals';
import { closest, differs, formDiffers, sayExpected } from '../../sandbox/demo/expect.ts';
import { ANA, buttons, message, modal, reader, section } from './demo-entries.ts';

const shown = message({ blocks: [section('*train* is ready'), buttons('Submit…')] });
const expected = { says: ['train is ready', /ready$/m], buttons: ['Submit…'] };

test('an expected message does not differ', () => {
  expect(differs(shown, expected, reader)).toEqual([]);
});

test.each([
  ['seen by: Ana, not everybody', { ...shown, to: ANA }, expected],
  ['seen by: everybody, not Ana', shown, { ...expected, to: ANA }],
  ['it was not shown to them', { ...shown, shown: false }, expected],
  ['in the conversation: #jobs, not C2', shown, { ...expected, in: 'C2' }],
  ['in the thread of: 1.0, not none', { ...shown, thread_ts: '1.0' }, expected],
  ['in the thread of: none, not 9.9', shown, { ...expected, thread: message({ ts: '9.9' }) }],
  ['change: edited, not posted', { ...shown, change: 'edited' as const }, expected],
  ['message: 1.1, not 9.9', shown, { ...expected, is: message({ ts: '9.9' }) }],
  ['it does not say gone', shown, { ...expected, says: ['gone'] }],
  ['it does not say /^ready/', shown, { ...expected, says: [/^ready/] }],
  ['it does not say [Dismiss]', shown, { ...expected, buttons: ['Dismiss'] }],
  ['it has [Submit…]', shown, { ...expected, buttons: [], without: ['Submit…'] }],
])('%s', (difference, entry, wanted) => {
  expect(differs(entry, wanted, reader)).toEqual([difference]);
});

test('a changed message may be the one that was posted', () => {
  const edit = { ...shown, change: 'edited' as const, seq: 2 };
  expect(differs(edit, { ...expected, is: shown }, reader)).toEqual([]);
  expect(differs(shown, { ...expected, is: shown }, reader)).toEqual([]);
});

test('a form differs by whose it is, its title, what it says and its buttons', () => {
  const form = { of: ANA, title: 'Connect', says: ['API token: ['], buttons: ['Go'] };
  expect(formDiffers(modal({}), form, reader)).toEqual([]);
  const other = { of: 'C1', title: 'Submit', says: ['Allocation'], buttons: ['Stop'] };
  expect(formDiffers(modal({ change: 'closed' }), other, reader)).toEqual([
    'it was closed',
    'form of: Ana, not #jobs',
    'title: Connect, not Submit',
    'it does not say Allocation',
    'it does not say [Stop]',
  ]);
});

test('the entry that differs least is the one that was meant', () => {
  const near = message({ seq: 2, blocks: [section('train is ready')] });
  const far = message({ seq: 1, text: 'no' });
  const compare = (entry: typeof near) => differs(entry, expected, reader);
  expect(closest([far, near], compare)?.entry).toBe(near);
  expect(closest([], compare)).toBeNull();
});

test('an expectation is told in one line', () => {
  expect(sayExpected({ is: message({ text: 'train: queued' }), says: [/^x/] })).toBe(
    '{"is":"the message “train: queued”","says":["/^x/"]}',
  );
});
