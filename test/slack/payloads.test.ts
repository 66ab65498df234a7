import { describe, expect, test } from '@jest/globals';
import { readArrival } from '../../src/slack/arrival.ts';
import { suggestionBody, viewBody } from '../../src/slack/payloads.ts';

/** A mention as Slack sends it, with these differences. */
function mention(event: object) {
  return {
    type: 'event_callback',
    team_id: 'T0LAB00001',
    event_id: 'Ev1',
    event: {
      type: 'app_mention',
      channel: 'C0JOBS0001',
      user: 'U0ANA00001',
      text: '<@U0SLURMBOT> submit this',
      ts: '1.2',
      ...event,
    },
  };
}

/** Elements within elements, and a file's id in the innermost. */
function nested(levels: number): unknown {
  let block: unknown = { type: 'text', text: 'see F0TRAIN001' };
  for (let level = 0; level < levels; level += 1) block = { elements: [block] };
  return block;
}

describe('what people write is cut', () => {
  test('words and file names', () => {
    const files = [{ id: 'F0TRAIN001', name: 'n'.repeat(10_000) }];
    const arrival = readArrival(mention({ text: 'x'.repeat(100_000), files }));
    expect(arrival?.text).toBe(`${'x'.repeat(39_999)}…`);
    expect(arrival?.files).toEqual([{ id: 'F0TRAIN001', name: `${'n'.repeat(254)}…` }]);
  });

  test('fields of a form, and what is searched for', () => {
    const value = 'x'.repeat(100_000);
    const state = { values: { name: { name: { value } } } };
    const user = { id: 'U0ANA00001' };
    const view = viewBody.parse({ user, view: { id: 'V1', callback_id: 'edit', state } });
    expect(view.view.state.values.name?.name?.value).toHaveLength(3000);
    expect(suggestionBody.parse({ user, value }).value).toHaveLength(3000);
  });
});

describe('ids of files in the blocks of a mention without files', () => {
  test('are found', () => {
    const blocks = [nested(4), { text: 'F0TRAIN002 and F0TRAIN001' }];
    expect(readArrival(mention({ blocks }))?.hints).toEqual(['F0TRAIN001', 'F0TRAIN002']);
  });

  test.each([
    ['too deep', nested(200_000)],
    ['too many', Array(200_000).fill({ text: 'x' })],
  ])('blocks that are %s are not searched to their end', (_what, blocks) => {
    expect(readArrival(mention({ blocks }))?.hints).toEqual([]);
  });
});

describe('files of a message that is passed on', () => {
  const files = [{ id: 'F0TRAIN001', name: 'train.sh' }];

  test('are found in its attachment, once, beside those of the message itself', () => {
    const attachments = [{ is_share: true, is_msg_unfurl: true, files }, { files: 'odd' }];
    const own = [{ id: 'F0OWN00001', name: 'own.sh' }, ...files];
    expect(readArrival(mention({ attachments }))?.files).toEqual(files);
    expect(readArrival(mention({ attachments, files: own }))?.files).toEqual(own);
  });

  test('are not believed of an app, which can attach anything, nor of a link preview', () => {
    const byApp = { bot_id: 'B0OTHER', type: 'message', channel_type: 'im' };
    const attachments = [{ is_share: true, files }];
    expect(readArrival(mention({ ...byApp, attachments }))).toBeNull();
    expect(readArrival(mention({ attachments: [{ files }] }))?.files).toEqual([]);
  });
});

describe('a message that an app wrote', () => {
  const files = [{ id: 'F0TRAIN001', name: 'train.sh' }];
  const byApp = { type: 'message', subtype: 'file_share', bot_id: 'B0OTHER' };

  test('counts if it puts a file into a direct message in the person’s name', () => {
    const arrival = readArrival(mention({ ...byApp, channel_type: 'im', files }));
    expect(arrival?.files).toEqual(files);
    expect(arrival?.direct).toBe(true);
  });

  test.each([
    ['without a file', { ...byApp, subtype: undefined, channel_type: 'im' }],
    ['without a person', { ...byApp, channel_type: 'im', user: undefined, files }],
    ['as bot_message', { ...byApp, subtype: 'bot_message', channel_type: 'im', files }],
    ['in a channel, where two apps could answer each other', { bot_id: 'B0OTHER', files }],
  ])('does not count %s', (_name, event) => {
    expect(readArrival(mention(event))).toBeNull();
  });
});
