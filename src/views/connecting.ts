import type { ModalView } from '@slack/types';
import { myJobs, submitAScript } from './choices.ts';
import type { IntentTo } from './intent.ts';
import {
  actions,
  button,
  linkButton,
  type Message,
  plain,
  say,
  section,
  smallPrint,
} from './message.ts';
import { count, named, trusted, when } from './text.ts';

/**
 * Asks a person to link their Waldur account.
 * @param purpose what they wanted, as the end of "Connect your Waldur account to …"
 * @param next what to do once they are connected; null for nothing
 */
export function connectOffer(props: {
  purpose: string;
  next: IntentTo<'connect'>['next'];
  why: 'never' | 'expired' | 'no session' | 'deactivated';
  waldurUrl: string;
}): Message {
  const purpose = trusted(props.purpose);
  const text = {
    never: `Connect your Waldur account to ${purpose}.`,
    expired: `Waldur rejected your token. Connect again to ${purpose}.`,
    'no session': `Waldur wants you to sign in again: open ${trusted(props.waldurUrl)}, sign in, then connect to ${purpose}.`,
    deactivated: `Your account in Waldur is deactivated. Ask Waldur’s staff; once it works again, connect to ${purpose}.`,
  }[props.why];
  return say(text, ...connectButton(props.next, 'primary'));
}

function connectButton(next: IntentTo<'connect'>['next'], style?: 'primary') {
  return actions(button({ label: 'Connect…', intent: { do: 'connect', next } }, style));
}

/** The one direct message to a person whose identity Waldur no longer accepts. */
export function pausedNotice(props: {
  by: 'token' | 'email';
  waldurUrl: string;
  watches: number;
}): Message {
  const wait = `${count(props.watches, 'job')} I follow for you ${props.watches === 1 ? 'is' : 'are'} paused`;
  const text =
    props.by === 'token'
      ? `Waldur rejected your token, so ${wait}. Connect again, and you are told what was missed.`
      : `Waldur doesn’t let me act for you any more, so ${wait}. Sign in at ${trusted(props.waldurUrl)}, then connect again, and you are told what was missed.`;
  return say(text, ...connectButton(null, 'primary'));
}

/** What I do with it: the end of both forms. */
const promise = 'I’ll act in Waldur as you, only when you ask, and while a job you follow runs.';

/** Asks whether the bot found the right person in Waldur. */
export function confirmModal(props: {
  username: string;
  fullName: string;
  email: string;
  waldurUrl: string;
  metadata: string;
}): ModalView {
  const who = props.fullName === '' ? props.username : `${props.fullName} (${props.username})`;
  return {
    type: 'modal',
    callback_id: 'connect',
    title: plain('Connect Waldur'),
    submit: plain('That is me'),
    close: plain('Cancel'),
    private_metadata: props.metadata,
    blocks: [
      section(
        `By your address in Slack you are ${named(who)}, ${named(props.email)}, in Waldur at ${trusted(props.waldurUrl)}. Is that you?`,
      ),
      smallPrint(promise),
    ],
  };
}

/** The form for the token. A token that did not work is not filled in again, because it is a secret. */
export function connectModal(props: {
  waldurUrl: string;
  /** Where the token is made; null if that is not known. */
  tokenPage: string | null;
  metadata: string;
  problem: string | null;
}): ModalView {
  return {
    type: 'modal',
    callback_id: 'connect',
    title: plain('Connect Waldur'),
    submit: plain('Connect'),
    close: plain('Cancel'),
    private_metadata: props.metadata,
    blocks: [
      ...(props.problem === null ? [] : [section(props.problem)]),
      section(steps(props).join('\n')),
      ...(props.tokenPage === null ? [] : actions(linkButton('Open Waldur', props.tokenPage))),
      {
        type: 'input',
        block_id: 'token',
        label: plain('Waldur API token'),
        element: {
          type: 'plain_text_input',
          action_id: 'token',
          max_length: 200,
          focus_on_load: true,
        },
      },
      smallPrint(`${promise} The token is stored encrypted and never shown.`),
    ],
  };
}

/** How one comes by a token. */
function steps({ waldurUrl, tokenPage }: { waldurUrl: string; tokenPage: string | null }) {
  const page = 'your profile, under *Credentials*';
  return [
    tokenPage === null
      ? `1. Sign in to Waldur (its API is at ${trusted(waldurUrl)}) and open ${page}.`
      : `1. Open Waldur and sign in: the button leads to ${page}.`,
    '2. Copy a personal access token if there is one, otherwise the API token.',
    '3. Paste it here.',
  ];
}

/** What the form says once the token works. `next` is a sentence or empty. */
export function connected(props: { fullName: string; username: string; next: string }): Message {
  const who = props.fullName === '' ? props.username : `${props.fullName} (${props.username})`;
  if (props.next !== '') return say(`Connected to Waldur as ${named(who)}. ${props.next}`);
  return say(
    `Connected to Waldur as ${named(who)}.`,
    ...actions(button(myJobs), button(submitAScript)),
  );
}

/** The answer to /slurm whoami. */
export function identity(props: {
  fullName: string;
  username: string;
  email: string;
  waldurUrl: string;
  connectedAt: Date;
  watches: number;
}): Message {
  const mail = props.email === '' ? '' : `, ${named(props.email)}`;
  return say(
    `You are ${named(props.fullName || props.username)} (${named(props.username)}${mail}) in Waldur at ${trusted(props.waldurUrl)}.`,
    smallPrint(
      `Connected ${when(props.connectedAt)} · following ${count(props.watches, 'job')} for you`,
    ),
  );
}

/** The answer to /slurm disconnect. */
export function disconnected(watches: number, by: 'token' | 'email'): Message {
  const followed =
    watches === 0
      ? ''
      : ` ${count(watches, 'job')} I followed for you wait until you connect again.`;
  return say(
    by === 'token'
      ? `Disconnected: your token is deleted here.${followed} Revoke it in Waldur as well if nobody else uses it.`
      : `Disconnected: I don’t act for you in Waldur any more.${followed}`,
    ...connectButton(null),
  );
}
