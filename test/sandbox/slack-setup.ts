/** Shared by the tests of the local Slack: an app that declares everything, a socket, and plain calls. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { stringify } from 'yaml';
import * as z from 'zod';
import { controlSlack } from '../../sandbox/slack/control.ts';
import { type SlackOptions, type SlackSandbox, startSlack } from '../../sandbox/slack/server.ts';

/** A manifest with everything that the sandbox can do. */
export const fullManifest = () => ({
  display_information: { name: 'Tester', description: 'Tries everything.' },
  features: {
    app_home: {
      home_tab_enabled: true,
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: false,
    },
    bot_user: { display_name: 'tester', always_online: true },
    shortcuts: [
      { name: 'Take it', type: 'message', callback_id: 'take', description: 'Takes a message.' },
    ],
    slash_commands: [{ command: '/try', description: 'Tries.', should_escape: false }],
  },
  oauth_config: {
    scopes: {
      bot: [
        ...['app_mentions:read', 'chat:write', 'commands', 'files:read', 'files:write', 'im:write'],
        ...['im:history', 'im:read', 'channels:read', 'groups:read', 'users:read'],
        ...['users:read.email', 'team:read', 'reactions:write', 'usergroups:read'],
      ],
      bot_optional: ['channels:history', 'groups:history'],
    },
  },
  settings: {
    event_subscriptions: {
      bot_events: [
        ...['app_mention', 'message.im', 'message.channels', 'message.groups'],
        ...['file_shared', 'app_home_opened'],
      ],
    },
    interactivity: { is_enabled: true },
    org_deploy_enabled: false,
    socket_mode_enabled: true,
    token_rotation_enabled: false,
  },
});

/** Writes a manifest to a temporary file and gives its path. */
export function manifestFile(manifest: unknown = fullManifest()): string {
  const path = join(mkdtempSync(join(tmpdir(), 'slack-manifest-')), 'manifest.yml');
  writeFileSync(path, stringify(manifest));
  return path;
}

const answerSchema = z.looseObject({ ok: z.boolean(), error: z.string().optional() });
export type ApiAnswer = z.infer<typeof answerSchema>;

/** A sandbox with its control client and the calls that tests make of it. */
export type Rig = {
  slack: SlackSandbox;
  control: ReturnType<typeof controlSlack>;
  /** Calls a method with the bot token and a form, as web-api does. */
  api(method: string, args?: Record<string, unknown>): Promise<ApiAnswer>;
  close(): Promise<void>;
};

export async function startRig(options: Partial<SlackOptions> = {}): Promise<Rig> {
  const slack = await startSlack({ manifest: manifestFile(), ...options });
  return {
    slack,
    control: controlSlack(slack.url),
    api: async (method, args = {}) => {
      const response = await post(slack, method, args);
      return answerSchema.parse(await response.json());
    },
    close: slack.close,
  };
}

/** Posts a form to a method; structures go as JSON strings. */
export function post(
  slack: SlackSandbox,
  method: string,
  args: Record<string, unknown>,
  token = slack.botToken,
): Promise<Response> {
  const fields = Object.entries(args).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return fetch(slack.apiUrl + method, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: new URLSearchParams(Object.fromEntries(fields)),
  });
}

/** Posts JSON to a method. */
export async function postJson(
  slack: SlackSandbox,
  method: string,
  args: unknown,
  token = slack.botToken,
): Promise<ApiAnswer> {
  const response = await fetch(slack.apiUrl + method, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json; charset=utf-8',
    },
    body: JSON.stringify(args),
  });
  return answerSchema.parse(await response.json());
}

const envelopeSchema = z.looseObject({
  envelope_id: z.string(),
  type: z.string(),
  payload: z.record(z.string(), z.unknown()),
  accepts_response_payload: z.boolean(),
  retry_attempt: z.number().optional(),
  retry_reason: z.string().optional(),
});
export type RawEnvelope = z.infer<typeof envelopeSchema>;

/** Answer of a raw app that leaves an envelope unacknowledged. */
export const NO_ACK = Symbol('no acknowledgement');

/** An app on a bare socket. It keeps what comes, and acknowledges it with the result of `answer`. */
export async function connectApp(
  slack: SlackSandbox,
  answer: (envelope: RawEnvelope) => unknown = () => undefined,
) {
  const opened = await (await post(slack, 'apps.connections.open', {}, slack.appToken)).json();
  const { url } = z.object({ url: z.string() }).parse(opened);
  const socket = new WebSocket(url);
  const hello = Promise.withResolvers<unknown>();
  const envelopes: RawEnvelope[] = [];
  const control: unknown[] = [];
  socket.on('message', (data) => {
    const message: unknown = JSON.parse(String(data));
    const envelope = envelopeSchema.safeParse(message);
    if (!envelope.success) {
      control.push(message);
      hello.resolve(message);
      return;
    }
    envelopes.push(envelope.data);
    const payload = answer(envelope.data);
    if (payload === NO_ACK) return;
    const { envelope_id } = envelope.data;
    socket.send(JSON.stringify(payload === undefined ? { envelope_id } : { envelope_id, payload }));
  });
  socket.on('error', hello.reject);
  const greeting = await hello.promise;
  return { url, socket, greeting, envelopes, control, close: () => socket.close() };
}

/** Waits until `look` gives something, and looks every few milliseconds. Fails after about five seconds. */
export async function eventually<T>(
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  for (let turn = 0; turn < 500; turn += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('It did not happen within five seconds.');
}

/** A plain modal with one text input. */
export const plainModal = (extra: Record<string, unknown> = {}) => ({
  type: 'modal',
  callback_id: 'form',
  title: { type: 'plain_text', text: 'Form' },
  submit: { type: 'plain_text', text: 'Send' },
  blocks: [
    {
      type: 'input',
      block_id: 'name',
      label: { type: 'plain_text', text: 'Name' },
      element: { type: 'plain_text_input', action_id: 'text' },
    },
  ],
  ...extra,
});
