import type { App } from '@slack/bolt';
import { commands } from '../commands/index.ts';
import type { Context } from '../interaction/context.ts';
import { busy } from '../interaction/fair-queue.ts';
import { createInteraction } from '../interaction/interaction.ts';
import { run } from '../interaction/run.ts';
import { commandBody, isDirectMessage } from '../slack/payloads.ts';

/** Words that were typed after /slurm. */
export function listenToSlashCommand(app: App, context: Context): void {
  app.command('/slurm', async ({ body, ack }) => {
    const given = commandBody.parse(body);
    const turn = context.fairQueue.ask({ team: given.team_id, user: given.user_id });
    // The acknowledgement itself says so: that costs no message, however often it happens.
    if (turn === null) return ack({ response_type: 'ephemeral', text: busy });
    try {
      await ack();
      await turn.begun;
      await run(commands, context, interactionOfCommand(context, given), { words: given.text });
    } finally {
      turn.end();
    }
  });
}

function interactionOfCommand(context: Context, given: ReturnType<typeof commandBody.parse>) {
  const place = {
    team: given.team_id,
    user: given.user_id,
    channel: given.channel_id,
    threadTs: null,
    direct: isDirectMessage({ id: given.channel_id, name: given.channel_name }),
    responseUrl: given.response_url,
  };
  return createInteraction(context, place, { trigger: given.trigger_id });
}
