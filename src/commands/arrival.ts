import { fileInfo, sharedIn } from '../slack/files.ts';
import type { Arrival } from '../slack/payloads.ts';
import { recordScript } from '../store/scripts.ts';
import { say } from '../views/message.ts';
import { admit } from './admit.ts';
import { type Ask, createAsk } from './ask.ts';
import { leaked } from './leak.ts';
import { postPrompt, privatePrompt } from './prompt.ts';
import { run, tell } from './run.ts';
import type { Services } from './services.ts';

/** A message to the bot: scripts get their prompt, words are a command. */
export async function answerArrival(services: Services, arrival: Arrival): Promise<void> {
  const { team, user, channel, threadTs, direct } = arrival;
  const ask = createAsk(services, { team, user, channel, threadTs, direct, responseUrl: null });
  if (arrival.leak) {
    ask.log.warn('a message held something shaped like a token');
    await ask.answer(leaked);
    return;
  }
  const files = arrival.files.length > 0 ? arrival.files : await hintedFiles(services, arrival);
  if (files.length > 0) {
    await answerFiles(services, ask, arrival, files);
    return;
  }
  const words = withoutMention(services, arrival.text);
  if (words === '' && arrival.hints.length > 0) {
    await ask.answer(say(noFile));
    return;
  }
  await run(services, ask, words);
}

const noFile =
  'Slack did not say which file that was. Use *Submit to Slurm* in the menu of that message, or send the file to the bot directly.';

interface NamedFile {
  id: string;
  name: string;
}

async function answerFiles(services: Services, ask: Ask, arrival: Arrival, files: NamedFile[]) {
  try {
    await admit(services, ask);
    const shared = await services.places.isShared(arrival.channel);
    for (const file of files) {
      const script = await record(services, arrival, file);
      if (shared) await ask.answer(await privatePrompt(services, ask, script));
      else await postPrompt(services, script);
    }
  } catch (error) {
    await tell(services, ask, { error, words: '', command: null });
  }
}

function record({ db }: Services, arrival: Arrival, { id: fileId, name: fileName }: NamedFile) {
  const { team, channel, ts, threadTs, user: sharedBy } = arrival;
  const message = { channel, ts, threadTs };
  return recordScript(db, { team, message, sharedBy, fileId, fileName });
}

/** A mention has been seen without its files: an id in its blocks counts where Slack says that it was shared there. */
async function hintedFiles({ files }: Services, { hints, channel, ts }: Arrival) {
  const found: { id: string; name: string }[] = [];
  for (const id of hints) {
    const file = await fileInfo(files, id).catch(() => null);
    if (file !== null && sharedIn(file, channel, ts)) found.push({ id, name: file.name ?? id });
  }
  return found;
}

function withoutMention({ botUser }: Services, text: string): string {
  return unescaped(text.replaceAll(new RegExp(`<@${botUser}(\\|[^>]*)?>`, 'g'), ' ')).trim();
}

/** Slack escapes three characters in messages, and makes links of what looks like one. */
function unescaped(text: string): string {
  return text
    .replace(/<(?:mailto:|https?:\/\/)[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<(https?:\/\/[^>]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
