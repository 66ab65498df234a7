import { setImmediate } from 'node:timers/promises';
import type { App, ReceiverEvent, ViewResponseAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { admit } from '../interaction/admit.ts';
import type { Context } from '../interaction/context.ts';
import { messageOf } from '../interaction/failure.ts';
import { createInteraction, modalWith } from '../interaction/interaction.ts';
import { leaksIn, withoutLeak } from '../interaction/leak.ts';
import { findCommand, run, tell } from '../interaction/run.ts';
import { Problem } from '../jobs/problem.ts';
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
import { say } from '../views/message.ts';
import { waitModal } from '../views/modals.ts';
import { allocationOptions } from '../views/submitting.ts';
import { forget } from './departures.ts';
import { answerArrival } from './messages.ts';

/** Everything that Slack can send us, and where it goes. The manifest lists the same. */
export function listen(app: App, context: Context): void {
  app.command('/slurm', async ({ body, ack }) => {
    await ack();
    const given = commandBody.parse(body);
    const interaction = createInteraction(
      context,
      {
        team: given.team_id,
        user: given.user_id,
        channel: given.channel_id,
        threadTs: null,
        direct: given.channel_name === 'directmessage',
        responseUrl: given.response_url,
      },
      { trigger: given.trigger_id },
    );
    await run(context, interaction, given.text);
  });

  app.action(/^do:/, async ({ body, ack }) => {
    await ack();
    const given = actionBody.parse(body);
    const { interaction, command } = interactionOfAction(context, given);
    await run(context, interaction, command);
  });

  app.view({ type: 'view_submission', callback_id: /^/ }, async ({ body, ack }) => {
    const given = viewBody.parse(body);
    const command = findCommand(context.commands, given.view.callback_id);
    const interaction = interactionOfView(context, given);
    let acknowledged = false;
    const answer = (response: ViewResponseAction) => {
      acknowledged = true;
      return ack(response);
    };
    const update = (view: ModalView) => answer({ response_action: 'update', view });
    const refuse = (errors: Record<string, string>) =>
      answer({ response_action: 'errors', errors });
    const { id: viewId, private_metadata: metadata } = given.view;
    try {
      const form = { interaction, viewId, metadata, ...filledIn(given), update, refuse };
      const leaks = command?.name === 'connect' ? null : leaksIn(form.values);
      if (leaks !== null) return await refuse(leaks);
      await admit(context, interaction);
      await command?.submitted?.(context, form);
    } catch (error) {
      // Without an acknowledgement Slack says itself that the app failed, and the form stays.
      if (!acknowledged) await update(waitModal('Slurm', 'One moment…'));
      const words = command?.reopen?.(metadata) ?? command?.name ?? '';
      await tell(context, interaction, { error, words, command });
    }
  });

  app.options('allocation', async ({ body, ack }) => {
    const { user, team, value } = suggestionBody.parse(body);
    const person = { team: team?.id ?? user.team_id ?? '', user: user.id };
    const account = await offering(context, person);
    const { allocations = [], lastAllocation = null } = account ?? {};
    await ack({ options: allocationOptions(allocations, value, lastAllocation) });
  });

  app.shortcut({ type: 'message_action', callback_id: 'submit' }, async ({ body, ack }) => {
    await ack();
    await submitMessage(context, shortcutBody.parse(body));
  });

  app.error(async (error) => context.log.error('unhandled', { error: error.message }));
}

/** What a menu offers is for those only who could use it. */
async function offering(context: Context, person: Person): Promise<Account | null> {
  const account = await context.accounts.find(person);
  if (account === null || account.expiredAt !== null) return null;
  try {
    await admit(context, { channel: person.user, direct: true, user: person.user });
    return account;
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

type ActionBody = ReturnType<typeof actionBody.parse>;

function interactionOfAction(context: Context, given: ActionBody) {
  const { user, team, channel, container, message, view } = given;
  const [action] = given.actions;
  const place = {
    team: team?.id ?? user.team_id ?? '',
    user: user.id,
    channel: channel?.id ?? user.id,
    threadTs: message?.thread_ts ?? container?.thread_ts ?? null,
    direct: channel === undefined || channel.id.startsWith('D'),
    responseUrl: given.response_url ?? null,
  };
  const modal = view === undefined ? {} : { modal: modalWith(context, view.id) };
  return {
    interaction: createInteraction(context, place, { trigger: given.trigger_id, ...modal }),
    command: action?.value ?? action?.selected_option?.value ?? '',
  };
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
    direct: channel.id.startsWith('D'),
    responseUrl: given.response_url ?? null,
  };
  const interaction = createInteraction(context, place, { trigger: given.trigger_id });
  const scripts = [];
  for (const { id: fileId, name } of message.files) {
    const shared = { channel: channel.id, ts: message.ts, threadTs: message.thread_ts ?? null };
    const script = { team, message: shared, sharedBy: message.user ?? user.id, fileId };
    scripts.push(await recordScript(context.db, { ...script, fileName: name ?? fileId }));
  }
  const [first, ...others] = scripts;
  if (first === undefined) {
    return interaction.answer(
      say('That message has no file. Upload the batch script, or use /slurm submit.'),
    );
  }
  if (others.length > 0) return interaction.answer(chooseScript(scripts));
  await run(context, interaction, `submit #${first.id}`);
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
  const failed = (error: unknown) =>
    log.error('message not answered', { event: id, error: messageOf(error) });
  await work.add(async () => {
    // Slack hears first that it has arrived.
    await setImmediate();
    try {
      await answerArrival(context, arrivalJson.parse(JSON.parse(body))).catch(failed);
      await finishEvent(db, id);
      await forgetEvents(db, new Date(now().getTime() - KEPT_MS));
    } catch (error) {
      failed(error);
    }
  });
}

/** Slack sends an event again for about an hour; there is no need to be that close. */
const KEPT_MS = 24 * 60 * 60 * 1000;
