import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type {
  BlockAction,
  BlockSuggestion,
  ButtonAction,
  EnvelopedEvent,
  MessageShortcut,
  SlashCommand,
  ViewClosedAction,
  ViewSubmitAction,
} from '@slack/bolt';
import type { LedgerRecord } from '../../sandbox/slack/control.ts';
import { at, stringAt } from '../../sandbox/slack/json.ts';
import { ANA, BEN, BOT, dmWith, JOBS } from '../../sandbox/slack/world.ts';
import { answerShapes, payloadShapes, problemsOf, type Shape } from './shapes.ts';
import {
  connectApp,
  eventually,
  plainModal,
  type RawEnvelope,
  type Rig,
  startRig,
} from './slack-setup.ts';

const BUTTONS = [
  {
    type: 'actions',
    block_id: 'row',
    elements: [
      { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' }, value: 'v' },
      {
        type: 'static_select',
        action_id: 'pick',
        placeholder: { type: 'plain_text', text: 'Pick' },
        options: [{ text: { type: 'plain_text', text: 'One' }, value: '1' }],
      },
    ],
  },
];

const FORM = plainModal({
  notify_on_close: true,
  close: { type: 'plain_text', text: 'Stop' },
  blocks: [
    ...plainModal().blocks,
    {
      type: 'input',
      block_id: 'alloc',
      label: { type: 'plain_text', text: 'Allocation' },
      optional: true,
      element: { type: 'external_select', action_id: 'ext', min_query_length: 0 },
    },
    {
      type: 'input',
      block_id: 'file',
      label: { type: 'plain_text', text: 'File' },
      optional: true,
      element: { type: 'file_input', action_id: 'upload' },
    },
    ...BUTTONS,
  ],
});

/** block_suggestion is not among Slack's samples: this is Slack's reference (interaction-payloads/block_suggestion). */
const SUGGESTION: Shape = {
  type: 's',
  user: { id: 's', username: 's', name: 's', team_id: 's' },
  container: { type: 's', view_id: 's' },
  api_app_id: 's',
  token: 's',
  action_id: 's',
  block_id: 's',
  value: 's',
  team: { id: 's', domain: 's' },
  enterprise: '?',
  is_enterprise_install: 'b',
  view: '?',
};

const OPTIONS = [{ text: { type: 'plain_text', text: 'Bio' }, value: 'bio' }];

const answer = ({ payload }: RawEnvelope): unknown => {
  if (payload.type === 'block_suggestion') return { options: OPTIONS };
  return payload.type === 'view_submission' ? { response_action: 'clear' } : undefined;
};

/** Does once everything that makes the sandbox send a payload or an answer. */
async function playEverything({ slack, control, api }: Rig): Promise<void> {
  const app = await connectApp(slack, answer);
  const ana = control.person(ANA);
  await playMessages(ana, api);
  await playForm(ana, api, () => app.envelopes.at(-1));
  await playReads(api);
  await control.person(ANA).openHome();
  app.close();
}

type Ana = ReturnType<Rig['control']['person']>;
type Api = Rig['api'];

async function playMessages(ana: Ana, api: Api): Promise<void> {
  const script = { name: 'a.sh', content: '#!/bin/sh\n' };
  const said = await ana.say('dm', 'here', { files: [script, { ...script, mode: 'snippet' }] });
  await ana.say('dm', 'hello');
  await ana.say(JOBS, `<@${BOT}> look`, { files: [script] });
  await ana.say(JOBS, `<@${BOT}> look`, { files: [script], mentionWithoutFiles: true });
  const metadata = { event_type: 'job', event_payload: { id: '1' } };
  const posted = await api('chat.postMessage', {
    channel: JOBS,
    text: 'card',
    blocks: BUTTONS,
    metadata,
  });
  const ts = String(posted.ts);
  await api('chat.postMessage', {
    channel: JOBS,
    text: 'reply',
    thread_ts: ts,
    reply_broadcast: true,
  });
  await api('chat.postMessage', { channel: dmWith(ANA), text: 'reply', thread_ts: said.ts });
  await api('chat.update', { channel: JOBS, ts, text: 'card 2', blocks: BUTTONS });
  await api('chat.postEphemeral', { channel: JOBS, user: ANA, text: 'psst', blocks: BUTTONS });
  await api('chat.getPermalink', { channel: JOBS, message_ts: ts });
  await api('reactions.add', { channel: JOBS, timestamp: ts, name: 'eyes' });
  await ana.click(JOBS, ts, 'Go');
  await ana.choose(JOBS, ts, 'One');
  const whisper = (await ana.screen(JOBS)).find((one) => one.ephemeral);
  await ana.click(JOBS, String(whisper?.ts), 'Go');
  await ana.shortcut('take', JOBS, ts);
  await ana.shortcut('take', dmWith(ANA), said.ts);
  await api('conversations.replies', { channel: JOBS, ts, include_all_metadata: true, limit: 1 });
  await api('conversations.history', { channel: JOBS, include_all_metadata: true });
  await api('conversations.history', { channel: dmWith(ANA) });
  await api('files.info', { file: said.files[0]?.id });
  await api('files.info', { file: said.files[1]?.id });
  const own = await api('chat.postMessage', { channel: dmWith(ANA), text: 'mine' });
  await api('chat.update', { channel: dmWith(ANA), ts: own.ts, text: 'edited' });
  await api('chat.delete', { channel: dmWith(ANA), ts: own.ts });
}

async function playForm(ana: Ana, api: Api, last: () => RawEnvelope | undefined): Promise<void> {
  await ana.command(JOBS, '/try it');
  const opened = await api('views.open', { trigger_id: last()?.payload.trigger_id, view: FORM });
  await api('views.update', { view_id: at(opened.view, 'id'), view: FORM });
  await ana.suggest('Allocation', '');
  await ana.clickInModal('Go');
  await api('views.push', { trigger_id: last()?.payload.trigger_id, view: FORM });
  await ana.closeModal();
  await ana.submit({ Name: 'x', Allocation: 'Bio', File: [{ name: 'b.sh', content: 'x' }] });
  const home = { type: 'home', blocks: [{ type: 'divider' }] };
  await api('views.publish', { user_id: ANA, view: home });
}

async function playReads(api: Api): Promise<void> {
  await api('auth.test');
  await api('conversations.open', { users: ANA, return_im: true });
  await api('conversations.open', { users: BEN });
  await api('conversations.info', { channel: JOBS });
  await api('conversations.info', { channel: dmWith(ANA) });
  await api('conversations.members', { channel: JOBS });
  await api('users.conversations', { user: ANA, types: 'public_channel,private_channel,im' });
  await api('users.info', { user: ANA });
  await api('users.lookupByEmail', { email: 'ben@lab.example' });
  await api('bots.info');
  await api('team.info');
  await api('usergroups.users.list', { usergroup: 'S1' });
  await api('chat.postMessage', { channel: JOBS, text: 'x', blocks: [{ type: 'nothing' }] });
  await api('chat.postMessage', {});
  const upload = await api('files.getUploadURLExternal', { filename: 'r.txt', length: 3 });
  await fetch(String(upload.upload_url), { method: 'POST', body: 'abc' });
  const files = [{ id: upload.file_id, title: 'Report' }];
  await api('files.completeUploadExternal', { files, channel_id: dmWith(ANA) });
}

/** The name under which Slack's samples list a payload. */
function sampleName(payload: unknown): string {
  const type = stringAt(payload, 'event', 'type') ?? stringAt(payload, 'type') ?? 'command';
  const kind = stringAt(payload, 'event', 'subtype') ?? type;
  return SAMPLE[kind] ?? SAMPLE[type] ?? kind;
}

const SAMPLE: Record<string, string> = {
  command: 'SlashCommandPayload',
  block_actions: 'BlockActionPayload',
  message_action: 'MessageShortcutPayload',
  view_submission: 'ViewSubmissionPayload',
  view_closed: 'ViewClosedPayload',
  app_home_opened: 'AppHomeOpenedPayload',
  app_mention: 'AppMentionPayload',
  file_shared: 'FileSharedPayload',
  file_share: 'MessageFileSharePayload',
  message_changed: 'MessageChangedPayload',
  message_deleted: 'MessageDeletedPayload',
  message: 'MessagePayload',
  block_suggestion: 'BlockSuggestionPayload',
};

type RequiredKey<T> = keyof {
  [K in keyof T as string extends K
    ? never
    : Partial<Pick<T, K>> extends Pick<T, K>
      ? never
      : K]: true;
};
type Required<T> = Record<RequiredKey<T>, true>;

/** The keys that Bolt's types call required: the compiler refuses this list when one is missing or too many. */
const command: Required<SlashCommand> = {
  token: true,
  command: true,
  text: true,
  response_url: true,
  trigger_id: true,
  user_id: true,
  user_name: true,
  team_id: true,
  team_domain: true,
  channel_id: true,
  channel_name: true,
  api_app_id: true,
};
const blockAction: Required<BlockAction> = {
  type: true,
  actions: true,
  team: true,
  user: true,
  token: true,
  response_url: true,
  trigger_id: true,
  api_app_id: true,
  container: true,
};
const buttonAction: Required<ButtonAction> = {
  type: true,
  block_id: true,
  action_id: true,
  action_ts: true,
  text: true,
};
const messageAction: Required<MessageShortcut> = {
  type: true,
  callback_id: true,
  trigger_id: true,
  message_ts: true,
  response_url: true,
  message: true,
  user: true,
  channel: true,
  team: true,
  token: true,
  action_ts: true,
};
const submission: Required<ViewSubmitAction> = {
  type: true,
  team: true,
  user: true,
  view: true,
  api_app_id: true,
  token: true,
  trigger_id: true,
};
const closed: Required<ViewClosedAction> = {
  type: true,
  team: true,
  user: true,
  view: true,
  api_app_id: true,
  token: true,
  is_cleared: true,
};
const view: Required<ViewSubmitAction['view']> = {
  id: true,
  callback_id: true,
  team_id: true,
  app_id: true,
  bot_id: true,
  title: true,
  type: true,
  blocks: true,
  close: true,
  submit: true,
  state: true,
  hash: true,
  private_metadata: true,
  root_view_id: true,
  previous_view_id: true,
  clear_on_close: true,
  notify_on_close: true,
};
const suggestion: Required<BlockSuggestion> = {
  type: true,
  block_id: true,
  action_id: true,
  value: true,
  api_app_id: true,
  team: true,
  user: true,
  token: true,
  container: true,
};
const event: Required<EnvelopedEvent> = {
  token: true,
  team_id: true,
  api_app_id: true,
  event: true,
  type: true,
  event_id: true,
  event_time: true,
};

describe('the shapes of the local Slack', () => {
  let rig: Rig;
  let entries: LedgerRecord[] = [];
  const payloads = (name: string): unknown[] =>
    entries
      .filter((one) => one.kind === 'delivery')
      .map((one) => one.payload)
      .filter((one) => sampleName(one) === name);

  beforeAll(async () => {
    rig = await startRig();
    await playEverything(rig);
    await eventually(async () => {
      entries = await rig.control.ledger();
      return payloads('MessageDeletedPayload').length > 0 ? true : undefined;
    });
  });
  afterAll(() => rig.close());

  test('every payload has the keys and types of the sample and no others', () => {
    const shapes: Record<string, Shape> = { ...payloadShapes, BlockSuggestionPayload: SUGGESTION };
    const sent = entries.filter((one) => one.kind === 'delivery').map((one) => one.payload);
    const problems = sent.flatMap((one) =>
      problemsOf(sampleName(one), one, shapes[sampleName(one)]),
    );
    expect([...new Set(problems)]).toEqual([]);
    expect([...new Set(sent.map(sampleName))].sort()).toEqual(Object.keys(shapes).sort());
  });

  test('every answer has the keys and types of the sample and no others', () => {
    const calls = entries.filter((one) => one.kind === 'api');
    const problems = calls.flatMap((one) =>
      problemsOf(String(one.method), one.answer, answerShapes[String(one.method)]),
    );
    expect([...new Set(problems)]).toEqual([]);
    expect([...new Set(calls.map((one) => String(one.method)))].sort()).toEqual(
      Object.keys(answerShapes).sort(),
    );
  });

  test('only the calls that are wrong on purpose failed', () => {
    const failed = entries.filter((one) => one.kind === 'api' && at(one.answer, 'ok') !== true);
    expect(failed.map((one) => `${one.method}: ${at(one.answer, 'error')}`)).toEqual([
      'usergroups.users.list: no_such_subteam',
      'chat.postMessage: invalid_blocks',
      'chat.postMessage: invalid_arguments',
    ]);
  });

  // A block action in a modal has no response_url, though Bolt's type says so: Slack's reference has it for messages.
  const inMessages = (one: unknown) => at(one, 'container', 'type') === 'message';

  test.each([
    ['SlashCommandPayload', command, () => payloads('SlashCommandPayload')],
    ['BlockActionPayload', blockAction, () => payloads('BlockActionPayload').filter(inMessages)],
    [
      'an action',
      buttonAction,
      () => payloads('BlockActionPayload').map(firstAction).filter(isButton),
    ],
    ['MessageShortcutPayload', messageAction, () => payloads('MessageShortcutPayload')],
    ['ViewSubmissionPayload', submission, () => payloads('ViewSubmissionPayload')],
    ['ViewClosedPayload', closed, () => payloads('ViewClosedPayload')],
    ['a view', view, () => payloads('ViewSubmissionPayload').map((one) => at(one, 'view'))],
    ['BlockSuggestionPayload', suggestion, () => payloads('BlockSuggestionPayload')],
    ['an event', event, () => [...payloads('MessagePayload'), ...payloads('AppMentionPayload')]],
  ])('%s has what Bolt calls required', (_name, keys, find) => {
    const found = find();
    expect(found.length).toBeGreaterThan(0);
    for (const one of found)
      expect(Object.keys(Object(one))).toEqual(expect.arrayContaining(Object.keys(keys)));
  });
});

const firstAction = (payload: unknown): unknown => {
  const actions = at(payload, 'actions');
  return Array.isArray(actions) ? actions[0] : undefined;
};

const isButton = (action: unknown): boolean => at(action, 'type') === 'button';
