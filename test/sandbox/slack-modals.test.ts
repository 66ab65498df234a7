import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { at } from '../../sandbox/slack/json.ts';
import { ANA, BEN, dmWith, GENERAL, JOBS } from '../../sandbox/slack/world.ts';
import { connectApp, plainModal, type RawEnvelope, type Rig, startRig } from './slack-setup.ts';

let rig: Rig;
let app: Awaited<ReturnType<typeof connectApp>>;
let answer: (envelope: RawEnvelope) => unknown;
beforeEach(async () => {
  answer = () => undefined;
  rig = await startRig();
  app = await connectApp(rig.slack, (envelope) => answer(envelope));
});
afterEach(async () => {
  app.close();
  await rig.close();
});

const ana = () => rig.control.person(ANA);
const lastPayload = () => app.envelopes.at(-1)?.payload ?? {};

/** A trigger from a command of Ana's. */
async function trigger(): Promise<unknown> {
  await ana().command(JOBS, '/try');
  return lastPayload().trigger_id;
}

const open = async (view: unknown, trigger_id?: unknown) =>
  rig.api('views.open', { trigger_id: trigger_id ?? (await trigger()), view });

const label = (text: string) => ({ type: 'plain_text', text });
const option = (text: string, value: string) => ({ text: label(text), value });
const input = (block_id: string, text: string, element: unknown, optional = true) => ({
  type: 'input',
  block_id,
  label: label(text),
  optional,
  element,
});

describe('blocks within blocks', () => {
  test('have buttons that can be pressed', async () => {
    const button = (text: string) => ({ type: 'button', action_id: text, text: label(text) });
    const card = (text: string) => ({
      type: 'card',
      title: { type: 'mrkdwn', text },
      actions: [button(text)],
    });
    const blocks = [card('One'), { type: 'carousel', elements: [card('Two'), card('Three')] }];
    const { ts } = await rig.api('chat.postMessage', { channel: JOBS, text: 'x', blocks });
    for (const text of ['One', 'Three']) {
      await ana().click(JOBS, String(ts), text);
      expect(lastPayload().actions).toMatchObject([
        { action_id: text, block_id: expect.any(String) },
      ]);
    }
  });
});

describe('triggers', () => {
  test('serve once, expire, and are not invented', async () => {
    const used = await trigger();
    expect(await open(plainModal(), used)).toMatchObject({ ok: true });
    expect(await open(plainModal(), used)).toMatchObject({ error: 'exchanged_trigger_id' });
    expect(await open(plainModal(), 'made up')).toMatchObject({ error: 'invalid_trigger_id' });
    const late = await trigger();
    await rig.control.expireTriggers();
    expect(await open(plainModal(), late)).toMatchObject({ error: 'expired_trigger_id' });
  });

  test('are not used up by a view that Slack refuses', async () => {
    const id = await trigger();
    const tooLong = plainModal({ title: label('a title of more than twenty-four') });
    expect(await open(tooLong, id)).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: [expect.stringContaining('/view/title')] },
    });
    expect(await open(plainModal(), id)).toMatchObject({ ok: true });
  });
});

describe('views', () => {
  test('are updated by id or external_id, and only with the present hash', async () => {
    const opened = await open(plainModal({ external_id: 'mine' }));
    const hash = at(opened.view, 'hash');
    const view = plainModal({ external_id: 'mine', private_metadata: 'x' });
    const byName = await rig.api('views.update', { external_id: 'mine', hash, view });
    expect(byName).toMatchObject({ view: { id: at(opened.view, 'id'), private_metadata: 'x' } });
    expect(await rig.api('views.update', { external_id: 'mine', hash, view })).toMatchObject({
      error: 'hash_conflict',
    });
    expect(await rig.api('views.update', { view_id: 'V0', view })).toMatchObject({
      error: 'not_found',
    });
    expect(await open(view)).toMatchObject({ error: 'duplicate_external_id' });
  });

  test('entered values stay through an update, under the same ids', async () => {
    const fields = [
      input('a', 'First', { type: 'plain_text_input', action_id: 'x' }),
      input('b', 'Second', { type: 'plain_text_input', action_id: 'x', initial_value: 'initial' }),
    ];
    answer = ({ payload }) =>
      payload.type === 'view_submission'
        ? { response_action: 'errors', errors: { a: 'no' } }
        : undefined;
    const opened = await open(plainModal({ blocks: fields }));
    await ana().submit({ First: 'kept' });
    const changed = [
      ...fields.slice(0, 1),
      input('c', 'Third', { type: 'plain_text_input', action_id: 'x' }),
    ];
    await rig.api('views.update', {
      view_id: at(opened.view, 'id'),
      view: plainModal({ blocks: changed }),
    });
    const modal = await ana().modal();
    expect(modal?.state.values).toEqual({
      a: { x: { type: 'plain_text_input', value: 'kept' } },
      c: { x: { type: 'plain_text_input', value: null } },
    });
  });

  test('stack up to three, pushed only from a modal', async () => {
    const blocks = [
      { type: 'actions', elements: [{ type: 'button', action_id: 'more', text: label('More') }] },
    ];
    const modal = plainModal({ blocks });
    expect(await rig.api('views.push', { trigger_id: await trigger(), view: modal })).toMatchObject(
      {
        error: 'invalid_trigger_id',
      },
    );
    await open(modal);
    const push = async () => {
      await ana().clickInModal('More');
      return rig.api('views.push', { trigger_id: lastPayload().trigger_id, view: modal });
    };
    expect(await push()).toMatchObject({ ok: true });
    expect(await push()).toMatchObject({ ok: true });
    expect(await push()).toMatchObject({ error: 'push_limit_reached' });
  });

  test('the app hears of closing only if the view asks for it', async () => {
    await open(plainModal());
    await ana().closeModal();
    expect(lastPayload().type).toBeUndefined();
    await open(plainModal({ notify_on_close: true, clear_on_close: true }));
    await ana().closeModal();
    expect(lastPayload()).toMatchObject({ type: 'view_closed', is_cleared: true });
  });

  test('a Home tab is published and seen', async () => {
    const view = { type: 'home', blocks: [{ type: 'divider' }] };
    expect(await rig.api('views.publish', { user_id: 'U0', view })).toMatchObject({
      error: 'user_not_found',
    });
    expect(await rig.api('views.publish', { user_id: ANA, view })).toMatchObject({ ok: true });
    expect(await ana().openHome()).toMatchObject({ type: 'home', blocks: [{ type: 'divider' }] });
    expect(lastPayload()).toMatchObject({
      event: { type: 'app_home_opened', tab: 'home', user: ANA },
    });
  });
});

const FIELDS = [
  input('text', 'Text', { type: 'plain_text_input', action_id: 'v' }),
  input('pick', 'Pick', { type: 'static_select', action_id: 'v', options: [option('One', '1')] }),
  input('boxes', 'Boxes', {
    type: 'checkboxes',
    action_id: 'v',
    options: [option('A', 'a'), option('B', 'b')],
    initial_options: [option('A', 'a')],
  }),
  input('radio', 'Radio', { type: 'radio_buttons', action_id: 'v', options: [option('R', 'r')] }),
  input('where', 'Where', {
    type: 'conversations_select',
    action_id: 'v',
    default_to_current_conversation: true,
    response_url_enabled: true,
  }),
  input('file', 'File', { type: 'file_input', action_id: 'v' }),
  input('who', 'Who', { type: 'users_select', action_id: 'v' }),
  input('day', 'Day', { type: 'datepicker', action_id: 'v' }),
];

describe('values', () => {
  beforeEach(() => open(plainModal({ blocks: FIELDS })));

  test('an empty field is null or an empty list, and initial values count as entered', async () => {
    await ana().submit();
    const values = at(lastPayload(), 'view', 'state', 'values');
    expect(values).toEqual({
      text: { v: { type: 'plain_text_input', value: null } },
      pick: { v: { type: 'static_select', selected_option: null } },
      boxes: {
        v: {
          type: 'checkboxes',
          selected_options: [{ text: { type: 'plain_text', text: 'A', emoji: true }, value: 'a' }],
        },
      },
      radio: { v: { type: 'radio_buttons', selected_option: null } },
      where: { v: { type: 'conversations_select', selected_conversation: JOBS } },
      file: { v: { type: 'file_input', files: [] } },
      who: { v: { type: 'users_select', selected_user: null } },
      day: { v: { type: 'datepicker', selected_date: null } },
    });
  });

  test('entered values come in Slack’s form, with a response_url for the conversation', async () => {
    const files = [{ name: 'a.sh', content: '#!/bin/sh' }];
    await ana().submit({
      Text: 'words',
      Pick: 'One',
      Boxes: ['A', 'B'],
      Radio: 'R',
      Where: 'dm',
      File: files,
      Who: BEN,
      Day: '2026-11-24',
    });
    expect(lastPayload()).toMatchObject({
      type: 'view_submission',
      response_urls: [{ block_id: 'where', action_id: 'v', channel_id: dmWith(ANA) }],
      view: {
        state: {
          values: {
            text: { v: { value: 'words' } },
            pick: { v: { selected_option: { value: '1' } } },
            boxes: { v: { selected_options: [{ value: 'a' }, { value: 'b' }] } },
            radio: { v: { selected_option: { value: 'r' } } },
            where: { v: { selected_conversation: dmWith(ANA) } },
            file: {
              v: {
                files: [
                  { name: 'a.sh', size: 9, user: ANA, url_private_download: expect.any(String) },
                ],
              },
            },
            who: { v: { selected_user: BEN } },
            day: { v: { selected_date: '2026-11-24' } },
          },
        },
      },
    });
  });

  test('a missing label or option is the driver’s mistake', async () => {
    await expect(ana().submit({ Nothing: 'x' })).rejects.toThrow(
      'There is no field "Nothing" here',
    );
    await expect(ana().submit({ Pick: 'Two' })).rejects.toThrow('There is no option "Two"');
    await expect(rig.control.person(BEN).submit()).rejects.toThrow('has no modal open');
  });
});

describe('acknowledgements that Slack cannot use', () => {
  const submitted = () =>
    app.envelopes.filter((one) => one.payload.type === 'view_submission').length;

  test.each([
    ['errors for no input of the view', { response_action: 'errors', errors: { other: 'x' } }],
    ['no errors', { response_action: 'errors', errors: {} }],
    ['a view that Slack refuses', { response_action: 'update', view: { type: 'modal' } }],
    ['an unknown action', { response_action: 'explode' }],
  ])('%s: the person sees trouble, and the view stays', async (_name, ack) => {
    answer = ({ payload }) => (payload.type === 'view_submission' ? ack : undefined);
    await open(plainModal());
    expect(await ana().submit({ Name: 'x' })).toMatchObject({
      ok: false,
      action: 'none',
      refused: expect.stringContaining('invalid_ack'),
    });
    expect(await ana().modal()).not.toBeNull();
    expect(submitted()).toBe(1);
  });

  test('an empty acknowledgement closes the view', async () => {
    await open(plainModal());
    expect(await ana().submit({ Name: 'x' })).toMatchObject({ ok: true, action: 'none' });
    expect(await ana().modal()).toBeNull();
  });

  test('required and too long fields are refused before the app hears of them', async () => {
    const blocks = [
      input('a', 'Short', { type: 'plain_text_input', action_id: 'v', max_length: 3 }, false),
    ];
    await open(plainModal({ blocks }));
    expect(await ana().submit()).toMatchObject({
      errors: { a: 'Please complete this required field.' },
    });
    expect(await ana().submit({ Short: 'long' })).toMatchObject({
      errors: { a: expect.stringContaining('less than 4') },
    });
    expect(submitted()).toBe(0);
  });
});

describe('menus with external options', () => {
  const menu = (extra = {}) => [
    input('ext', 'Search', { type: 'external_select', action_id: 'v', ...extra }),
  ];

  test('are asked from the third character on by default', async () => {
    answer = () => ({ options: [option('Found', 'f')] });
    await open(plainModal({ blocks: menu() }));
    await expect(ana().suggest('Search', 'fo')).rejects.toThrow('from 3 characters');
    expect(await ana().suggest('Search', 'fou')).toMatchObject([{ value: 'f' }]);
    expect(lastPayload()).toMatchObject({
      type: 'block_suggestion',
      action_id: 'v',
      block_id: 'ext',
      value: 'fou',
    });
  });

  test('an answer that Slack cannot show is an error for the person', async () => {
    answer = ({ payload }) =>
      payload.type === 'block_suggestion'
        ? { options: [{ text: 'not a text object' }] }
        : undefined;
    await open(plainModal({ blocks: menu({ min_query_length: 0 }) }));
    await expect(ana().suggest('Search', '')).rejects.toThrow('could not be loaded');
  });

  test('a conversation that the menu does not list cannot be chosen', async () => {
    const filter = { include: ['im'] };
    const blocks = [input('w', 'Where', { type: 'conversations_select', action_id: 'v', filter })];
    await open(plainModal({ blocks }));
    await expect(ana().submit({ Where: GENERAL })).rejects.toThrow('does not offer');
  });
});
