import type { WebClient } from '@slack/web-api';
import { isWaldurFailure } from '../api/errors.ts';
import { explainWaldur } from '../api/explain.ts';
import type { Waldur } from '../api/waldur.ts';
import type { Config } from '../config/config.ts';
import { chmodLine } from '../machine/file-modes.ts';
import { NEEDED_SCOPES, OPTIONAL_SCOPES } from '../slack/client.ts';
import { patiently, slackFailure } from '../slack/failures.ts';
import { partsOf } from '../store/database.ts';

/** The result of one check. */
export interface Finding {
  verdict: 'ok' | 'note' | 'wrong' | 'not checked';
  /** A sentence for the operator: what was found and, if something is wrong, what to do. */
  told: string;
}

const ok = (told: string): Finding => ({ verdict: 'ok', told });
const note = (told: string): Finding => ({ verdict: 'note', told });
const wrong = (told: string): Finding => ({ verdict: 'wrong', told });
export const notChecked = (told: string): Finding => ({ verdict: 'not checked', told });

/** Reports the settings, which are complete at this point, and checks that nobody else can open the bot's files. */
export function checkMachine({ slack, notes, databasePath, keyFile }: Config): Finding[] {
  const line = chmodLine([...partsOf(databasePath), keyFile]);
  return [
    ok(`Settings are complete (${slack.receiver.mode}).`),
    ...notes.map(note),
    line === null
      ? ok('The modes of what the bot keeps let nobody else in.')
      : wrong(`Others can open what the bot keeps, so it does not start. Run: ${line}`),
  ];
}

/** Checks whose bot token it is and what it may do. Slack lists the scopes in the header `x-oauth-scopes`. */
export async function checkBotToken(slack: WebClient): Promise<Finding[]> {
  try {
    const answer = await patiently(() => slack.auth.test());
    const bot = ok(`Slack takes SLACK_BOT_TOKEN: ${answer.user} in ${answer.team}.`);
    return [bot, ...scopesFound(answer.response_metadata?.scopes ?? [])];
  } catch (error) {
    return [wrong(`Slack does not take SLACK_BOT_TOKEN (${codeOf(error)}).`)];
  }
}

function scopesFound(granted: readonly string[]): Finding[] {
  const missing = NEEDED_SCOPES.filter((scope) => !granted.includes(scope));
  const without = OPTIONAL_SCOPES.filter((scope) => !granted.includes(scope));
  if (missing.length > 0) {
    return [
      wrong(
        `The bot token lacks ${missing.join(', ')}. Paste manifest.yml into the app again and reinstall it.`,
      ),
    ];
  }
  const left = without.length === 0 ? '' : ` Without ${without.join(', ')} (optional).`;
  return [ok(`The bot token has every scope it needs.${left}`)];
}

/** Checks that the app token could open a socket, without opening one. */
export async function checkAppToken(slack: WebClient): Promise<Finding> {
  try {
    await patiently(() => slack.apps.connections.open({}));
    return ok('Slack takes SLACK_APP_TOKEN for Socket Mode.');
  } catch (error) {
    return wrong(
      `Slack does not take SLACK_APP_TOKEN (${codeOf(error)}). It needs the scope connections:write, and Socket Mode has to be on.`,
    );
  }
}

/** Posts a message to the operator's direct messages, edits it and deletes it. */
export async function checkPosting(slack: WebClient, user: string): Promise<Finding> {
  const text = 'A check of the Slurm bot (npm run doctor). This message goes away by itself.';
  let step = 'open the direct message';
  try {
    const { channel } = await patiently(() => slack.conversations.open({ users: user }));
    const id = channel?.id ?? user;
    step = 'post';
    const { ts = '' } = await patiently(() => slack.chat.postMessage({ channel: id, text }));
    step = 'edit';
    await patiently(() => slack.chat.update({ channel: id, ts, text: `${text} Edited.` }));
    step = 'delete';
    await patiently(() => slack.chat.delete({ channel: id, ts }));
    return ok(`Posted, edited and deleted a message in the direct messages with ${user}.`);
  } catch (error) {
    return wrong(`Slack did not let the bot ${step} with ${user} (${codeOf(error)}).`);
  }
}

/** Checks whose Waldur token it is, and reads a page of jobs as that person. */
export async function checkWaldur(waldur: Waldur): Promise<Finding[]> {
  try {
    const who = await waldur.me();
    const me = ok(`Waldur takes the token: ${who.fullName || who.username} (${who.username}).`);
    const { rows, total } = await waldur.listCheap(1, 10);
    const of = total === null ? 'an unknown number' : String(total);
    return [me, ok(`Waldur lists jobs: read ${rows.length} of ${of} records.`)];
  } catch (error) {
    if (!isWaldurFailure(error)) throw error;
    return [wrong(explainWaldur(error, ''))];
  }
}

function codeOf(error: unknown): string {
  const failure = slackFailure(error);
  return 'code' in failure ? failure.code : failure.kind;
}
