import { setTimeout as sleep } from 'node:timers/promises';
import type { App, ViewResponseAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { SealError } from '../accounts/seal.ts';
import { NotConnected } from '../accounts/waldur-accounts.ts';
import { commands } from '../commands/index.ts';
import { admit } from '../interaction/access.ts';
import type { Context } from '../interaction/context.ts';
import { busy } from '../interaction/fair-queue.ts';
import { createInteraction, type Interaction, modalWith } from '../interaction/interaction.ts';
import { pastedTokensIn } from '../interaction/pasted-token.ts';
import { findCommand, run, tell } from '../interaction/run.ts';
import { Problem } from '../jobs/problem.ts';
import { cached } from '../slack/cached.ts';
import { filledIn, suggestionBody, viewBody } from '../slack/payloads.ts';
import type { Account, Person } from '../store/accounts.ts';
import { decode, type Form, form, type Intent } from '../views/intent.ts';
import { say } from '../views/message.ts';
import { messageModal, waitModal } from '../views/modals.ts';
import { allocationOptions } from '../views/submitting.ts';

/** Forms (modals) that were handed in, and what the menu of allocations in one of them offers. */
export function listenToForms(app: App, context: Context): void {
  app.view({ type: 'view_submission', callback_id: /^/ }, async ({ body, ack }) => {
    const given = viewBody.parse(body);
    const command = findCommand(commands, given.view.callback_id);
    const interaction = interactionOfView(context, given);
    const kept = keptIn(given, interaction);
    if (kept === null) {
      return ack({ response_action: 'update', view: messageModal('Slurm', say(olderForm)) });
    }
    const turn = context.fairQueue.ask(interaction);
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
      const leaks = command?.name === 'connect' ? null : pastedTokensIn(handed.values);
      if (leaks !== null) return await refuse(leaks);
      if (turn === null) return await answer(tooBusy(handed.values));
      await command?.submitted?.(context, handed);
    } catch (error) {
      // Without an acknowledgement Slack would say that the app failed, and would keep the form open.
      const wait = waitModal('Slurm', 'One moment…');
      if (!acknowledged) await answer({ response_action: 'update', view: wait });
      await tell(context, interaction, { error, intent: command?.reopen?.(kept) ?? null, command });
    } finally {
      turn?.end();
    }
  });

  // Menus do not wait for a turn. If several menus of one person ask at the same time, the answer is looked up once.
  const offered = cached(
    (key) => {
      const [team = '', user = ''] = key.split(' ');
      return offering(context, { team, user });
    },
    { forMs: 0, now: context.now },
  );
  app.options('allocation', async ({ body, ack }) => {
    const { user, team, value } = suggestionBody.parse(body);
    // The options are the acknowledgement. If Slack is slow to say whether the person may see them, there are none.
    const late = sleep(OFFER_MS, null, { ref: false });
    const account = await Promise.race([
      offered(`${team?.id ?? user.team_id ?? ''} ${user.id}`),
      late,
    ]);
    const { allocations = [], lastAllocation = null } = account ?? {};
    await ack({ options: allocationOptions(allocations, value, lastAllocation) });
  });
}

const olderForm = 'This form is from an older version; open it again.';
/** How long Slack may take to say that a person may use the bot, of the three seconds for a menu's options. */
const OFFER_MS = 1500;

/** What a form carries; null if it is not this person's, or is from an earlier version. */
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

/** The answer to a form while too much of the person's is waiting: it stays as it is, if it has a field. */
function tooBusy(values: Record<string, unknown>): ViewResponseAction {
  const [block] = Object.keys(values);
  return block === undefined
    ? { response_action: 'update', view: messageModal('Slurm', say(busy)) }
    : { response_action: 'errors', errors: { [block]: busy } };
}

/** The account whose allocations a menu offers; null if the person may not use the bot. */
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
