import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { App, ReceiverEvent, ViewResponseAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { subMilliseconds } from 'date-fns';
import { NotConnected } from '../accounts/accounts.ts';
import { SealError } from '../accounts/seal.ts';
import { commands } from '../commands/index.ts';
import { admit } from '../interaction/admit.ts';
import type { Context } from '../interaction/context.ts';
import { createInteraction, type Interaction, modalWith } from '../interaction/interaction.ts';
import { leaksIn, withoutLeak } from '../interaction/leak.ts';
import { findCommand, run, tell } from '../interaction/run.ts';
import { busy, inTurn, onePress } from '../interaction/turns.ts';
import { Problem } from '../jobs/problem.ts';
import { cached } from '../slack/cached.ts';
import { readDeparture } from '../slack/departures.ts';
import {
  actionBody,
  arrivalJson,
  commandBody,
  filledIn,
  readArrival,
  shortcutBody,
  suggestionBody,
  viewBody,
} from '../slack/payloads.ts';
import type { Account, Person } from '../store/accounts.ts';
import { finishEvent, forgetEvents, keepEvent, unfinishedEvents } from '../store/inbox.ts';
import { recordScript } from '../store/scripts.ts';
import { chooseScript } from '../views/choosing.ts';
import { decode, type Form, form, type Intent, intent } from '../views/intent.ts';
import { say } from '../views/message.ts';
import { messageModal, waitModal } from '../views/modals.ts';
import { allocationOptions } from '../views/submitting.ts';
import { forget } from './departures.ts';
import { answerArrival } from './messages.ts';

/** Everything that Slack can send us, and where it goes. The manifest lists the same. */
export function listen(app: App, context: Context): void {
  app.command('/slurm', async ({ body, ack }) => {
    const given = commandBody.parse(body);
    const turn = context.turns.ask({ team: given.team_id, user: given.user_id });
    // The acknowledgement itself tells it: that costs nothing, however many there are.
    if (turn === null) return ack({ response_type: 'ephemeral', text: busy });
    try {
      await ack();
      await turn.begun;
      await run(commands, context, interactionOfCommand(context, given), { words: given.text });
    } finally {
      turn.end();
    }
  });

  app.action(/^/, async ({ body, ack }) => {
    await ack();
    const given = actionBody.parse(body);
    const interaction = interactionOfAction(context, given);
    const [action] = given.actions;
    const meaning = action?.value ?? action?.selected_option?.value ?? '';
    const wanted = decode(intent, meaning);
    const work = () =>
      wanted === null
        ? interaction.answer(say(olderButton))
        : run(commands, context, interaction, wanted);
    const { channel, threadTs } = interaction;
    await onePress(context.turns, interaction, {
      meaning: `${channel} ${threadTs} ${meaning}`,
      work,
    });
  });

  app.view({ type: 'view_submission', callback_id: /^/ }, async ({ body, ack }) => {
    const given = viewBody.parse(body);
    const command = findCommand(commands, given.view.callback_id);
    const interaction = interactionOfView(context, given);
    const kept = keptIn(given, interaction);
    if (kept === null) {
      return ack({ response_action: 'update', view: messageModal('Slurm', say(olderForm)) });
    }
    const turn = context.turns.ask(interaction);
    let acknowledged = false;
    const answer = (response: ViewResponseAction) => {
      acknowledged = true;
      return ack(response);
    };
    const refuse = (errors: Record<string, string>) =>
      answer({ response_action: 'errors', errors });
    const acknowledge = async (view: ModalView) => {
      await answer({ response_action: 'update', view });
      await turn?.begun;
    };
    const update = async (view: ModalView) => {
      await acknowledge(view);
      await admit(context, interaction);
    };
    try {
      const goOn = (at: Interaction, next: Intent) => run(commands, context, at, next);
      const answers = { acknowledge, update, refuse, goOn };
      const handed = { interaction, viewId: given.view.id, kept, ...filledIn(given), ...answers };
      const leaks = command?.name === 'connect' ? null : leaksIn(handed.values);
      if (leaks !== null) return await refuse(leaks);
      if (turn === null) return await answer(tooBusy(handed.values));
      await command?.submitted?.(context, handed);
    } catch (error) {
      // Without an acknowledgement Slack says itself that the app failed, and the form stays.
      const wait = waitModal('Slurm', 'One moment…');
      if (!acknowledged) await answer({ response_action: 'update', view: wait });
      await tell(context, interaction, { error, intent: command?.reopen?.(kept) ?? null, command });
    } finally {
      turn?.end();
    }
  });

  // Menus wait for no turn: what several of one person's ask at a time is looked up once.
  const offered = cached(
    (key) => {
      const [team = '', user = ''] = key.split(' ');
      return offering(context, { team, user });
    },
    { forMs: 0, now: context.now },
  );
  app.options('allocation', async ({ body, ack }) => {
    const { user, team, value } = suggestionBody.parse(body);
    // The options are the acknowledgement: where Slack is slow to say who may have them, there are none.
    const late = sleep(OFFER_MS, null, { ref: false });
    const account = await Promise.race([
      offered(`${team?.id ?? user.team_id ?? ''} ${user.id}`),
      late,
    ]);
    const { allocations = [], lastAllocation = null } = account ?? {};
    await ack({ options: allocationOptions(allocations, value, lastAllocation) });
  });

  app.shortcut({ type: 'message_action', callback_id: 'submit' }, async ({ body, ack }) => {
    await ack();
    await submitMessage(context, shortcutBody.parse(body));
  });

  app.error(async (error) => context.log.error('unhandled', { error }));
}

/**
 * Whether a conversation is a direct message, the person's with the bot or with somebody else. Slack says no
 * `channel_type` here, but a name, which anybody can give to a channel.
 */
function isDirect({ id, name }: { id: string; name: string }): boolean {
  return name === 'directmessage' && !/^[CG]/.test(id);
}

const olderButton = 'This button is from an older version; share the script again.';
const olderForm = 'This form is from an older version; open it again.';
/** How long Slack may take to say that a person may use the bot, of the three seconds for a menu's options. */
const OFFER_MS = 1500;

/** A form that was handed in while too much of the person's waits: it stays as it is, where it has a field. */
function tooBusy(values: Record<string, unknown>): ViewResponseAction {
  const [block] = Object.keys(values);
  return block === undefined
    ? { response_action: 'update', view: messageModal('Slurm', say(busy)) }
    : { response_action: 'errors', errors: { [block]: busy } };
}

/** What a menu offers is for those only who could use it. */
async function offering(context: Context, person: Person): Promise<Account | null> {
  try {
    await admit(context, { channel: person.user, direct: true, user: person.user });
    return (await context.accounts.actingAs(person)).account;
  } catch (error) {
    if (isRefused(error)) return null;
    throw error;
  }
}

const isRefused = (error: unknown): boolean =>
  error instanceof Problem || error instanceof NotConnected || error instanceof SealError;

function interactionOfCommand(context: Context, given: ReturnType<typeof commandBody.parse>) {
  const place = {
    team: given.team_id,
    user: given.user_id,
    channel: given.channel_id,
    threadTs: null,
    direct: isDirect({ id: given.channel_id, name: given.channel_name }),
    responseUrl: given.response_url,
  };
  return createInteraction(context, place, { trigger: given.trigger_id });
}

type ActionBody = ReturnType<typeof actionBody.parse>;

function interactionOfAction(context: Context, given: ActionBody) {
  const { user, team, channel, container, message, view } = given;
  const place = {
    team: team?.id ?? user.team_id ?? '',
    user: user.id,
    channel: channel?.id ?? user.id,
    threadTs: message?.thread_ts ?? container?.thread_ts ?? null,
    direct: channel === undefined || isDirect(channel),
    responseUrl: given.response_url ?? null,
  };
  const modal = view === undefined ? {} : { modal: modalWith(context, view.id) };
  return createInteraction(context, place, { trigger: given.trigger_id, ...modal });
}

/** What a form was opened with; null where it is not this person's, or of an earlier version. */
function keptIn({ view }: ReturnType<typeof viewBody.parse>, { user }: Interaction): Form | null {
  const kept = decode(form, view.private_metadata);
  return kept?.form === view.callback_id && kept.user === user ? kept : null;
}

function interactionOfView(
  context: Context,
  { user, team, view }: ReturnType<typeof viewBody.parse>,
) {
  const place = {
    team: team?.id ?? user.team_id ?? '',
    user: user.id,
    channel: user.id,
    threadTs: null,
    direct: true,
    responseUrl: null,
  };
  return createInteraction(context, place, { modal: modalWith(context, view.id) });
}

/** *Submit to Slurm* in the menu of a message: its script, or the choice between several. */
async function submitMessage(context: Context, given: ReturnType<typeof shortcutBody.parse>) {
  const { message, channel, user } = given;
  const team = given.team?.id ?? user.team_id ?? '';
  const place = {
    team,
    user: user.id,
    channel: channel.id,
    threadTs: message.thread_ts ?? null,
    direct: isDirect(channel),
    responseUrl: given.response_url ?? null,
  };
  const interaction = createInteraction(context, place, { trigger: given.trigger_id });
  await inTurn(context.turns, interaction, () => submitScripts(context, interaction, given));
}

async function submitScripts(
  context: Context,
  interaction: Interaction,
  { message, channel, user }: ReturnType<typeof shortcutBody.parse>,
): Promise<void> {
  const { team } = interaction;
  const scripts = [];
  for (const { id: fileId, name } of message.files) {
    const { ts, thread_ts: threadTs = null } = message;
    // Of which two people a direct message is, Slack does not say here.
    const shared = { channel: channel.id, direct: false, ts, threadTs };
    const script = { team, message: shared, sharedBy: message.user ?? '', fileId };
    scripts.push(await recordScript(context.db, { ...script, fileName: name ?? fileId }));
  }
  const [first, ...others] = scripts;
  if (first === undefined) {
    return interaction.answer(
      say('That message has no file. Upload the batch script, or use /slurm submit.'),
    );
  }
  if (others.length > 0) return interaction.answer(chooseScript(scripts, user.id));
  const wanted = { script: first.key, convert: false, seenBy: user.id };
  await run(commands, context, interaction, { do: 'submit', ...wanted });
}

/**
 * Keeps a message for the bot before Slack hears that it has arrived, and answers it afterwards. What Slack sends
 * again is acknowledged and otherwise ignored.
 */
export async function keepArrival(
  context: Context,
  event: ReceiverEvent,
): Promise<'go on' | 'known'> {
  const departure = readDeparture(event.body);
  if (departure !== null) {
    await forget(context, departure);
    return 'known';
  }
  const received = readArrival(event.body);
  const { db, log, botUser } = context;
  // A report that the bot sends as a file comes back as a message, and is no script to be submitted.
  if (received === null || received.user === botUser) return 'go on';
  const arrival = withoutLeak(received);
  const body = JSON.stringify(arrival);
  // One message can come as two events (docs/slack.md): what is kept once is the message.
  const id = `${arrival.channel}:${arrival.ts}`;
  const isNew = await keepEvent(db, { id, body, receivedAt: context.now() });
  if (isNew) {
    void finishArrival(context, id, body);
  } else {
    log.debug('event again', { event: arrival.eventId, retry: event.retryNum });
  }
  return 'known';
}

/** Answers the messages that a stopped process left unanswered. */
export async function recoverArrivals(context: Context): Promise<void> {
  for (const { id, body } of await unfinishedEvents(context.db)) {
    void finishArrival(context, id, body);
  }
}

/**
 * Answers a kept message. What was answered but not finished before a kill is answered again: a prompt is found
 * and adopted (slack/post.ts), and words do nothing that must not be done twice, since changes need a form.
 */
async function finishArrival(context: Context, id: string, body: string): Promise<void> {
  const { db, log, now, work } = context;
  const failed = (error: unknown) => log.error('message not answered', { event: id, error });
  await work.add(async () => {
    // Slack hears first that it has arrived.
    await setImmediate();
    try {
      await answerArrival(context, arrivalJson.parse(JSON.parse(body))).catch(failed);
      await finishEvent(db, id);
      await forgetEvents(db, subMilliseconds(now(), KEPT_MS));
    } catch (error) {
      failed(error);
    }
  });
}

/** Slack sends an event again for about an hour; there is no need to be that close. */
const KEPT_MS = 24 * 60 * 60 * 1000;
