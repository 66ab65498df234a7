import type { KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Allocation } from '../jobs/job.ts';
import type { ChangedLine } from '../scripts/changes.ts';
import { diff, type MoreField, moreInput } from './changing.ts';
import { actions, button, type Message, plain, say, section, smallPrint } from './message.ts';
import { preview, type Source } from './preview.ts';
import { line, lines, named } from './text.ts';

/** Slack takes 75 characters for an option, Waldur 150 for a name and 2,000 for a description. */
const LONGEST_OPTION = 75;
const LONGEST_NAME = 150;
/** Leaves room for the mark. */
const LONGEST_DESCRIPTION = 1950;

/** The form *Submit to Slurm*. */
interface SubmitForm {
  metadata: string;
  /** The script as it was read; null if the form asks for an upload. */
  source: (Source & { changed: ChangedLine[] }) | null;
  /** Whose script it is, where that is not the person who submits: Slack id, or empty for somebody known to Waldur. */
  foreign: string | null;
  /** The option that it asks for; null if it asks for none. */
  more: MoreField | null;
  /** The person's name in Waldur. */
  username: string;
  name: string;
  description: string;
  allocation: Allocation | null;
  /** The conversation in which to follow it; null for the thread or the direct message. */
  channel: string | null;
  inThread: boolean;
  /** The channel that the thread is in, where others read along; null in a direct message. */
  threadChannel: string | null;
  /** What to say above the form when it comes back; mrkdwn. */
  problem: string | null;
}

/** The form, filled in with what is known. */
export function submitModal(form: SubmitForm): ModalView {
  return {
    type: 'modal',
    callback_id: 'submit',
    title: plain('Submit to Slurm'),
    submit: plain('Submit job'),
    close: plain('Cancel'),
    private_metadata: form.metadata,
    blocks: [
      ...(form.problem === null ? [] : [section(form.problem)]),
      ...(form.source === null ? [upload] : preview(form.source, form.foreign)),
      ...diff(form.source?.changed ?? []),
      nameInput(form.name, form.source === null),
      allocationInput(form.allocation),
      ...(form.more === null ? [] : [moreInput(form.more)]),
      descriptionInput(form.description),
      followInput(form),
      smallPrint(`It will run as you (${named(form.username)}).`),
      smallPrint(audience(form)),
    ],
  };
}

const upload: KnownBlock = {
  type: 'input',
  block_id: 'file',
  label: plain('Batch script'),
  element: { type: 'file_input', action_id: 'file', max_files: 1 },
};

/** The field for the name. It is optional if the name can be taken from the script. */
export function nameInput(given: string, optional: boolean): KnownBlock {
  const name = lines(given.replace(/\s+/g, ' '), LONGEST_NAME);
  return {
    type: 'input',
    block_id: 'name',
    optional,
    label: plain('Name'),
    ...(optional && { hint: plain('Empty: the job name in the script, else the file name.') }),
    element: {
      type: 'plain_text_input',
      action_id: 'name',
      max_length: LONGEST_NAME,
      ...(name !== '' && { initial_value: name }),
    },
  };
}

function allocationInput(allocation: Allocation | null): KnownBlock {
  return {
    type: 'input',
    block_id: 'allocation',
    label: plain('Allocation'),
    element: {
      type: 'external_select',
      action_id: 'allocation',
      placeholder: plain('Search by name, project or cluster'),
      min_query_length: 0,
      ...(allocation !== null && { initial_option: allocationOption(allocation) }),
    },
  };
}

/** The field for the description. */
export function descriptionInput(given: string): KnownBlock {
  const description = lines(given, LONGEST_DESCRIPTION);
  return {
    type: 'input',
    block_id: 'description',
    optional: true,
    label: plain('Description'),
    element: {
      type: 'plain_text_input',
      action_id: 'description',
      multiline: true,
      max_length: LONGEST_DESCRIPTION,
      ...(description !== '' && { initial_value: description }),
    },
  };
}

function followInput({ channel, inThread }: SubmitForm): KnownBlock {
  return {
    type: 'input',
    block_id: 'follow',
    optional: true,
    label: plain('Follow it in'),
    hint: plain(
      inThread ? 'Empty: the thread of the script.' : 'Empty: your direct messages with the bot.',
    ),
    element: {
      type: 'conversations_select',
      action_id: 'follow',
      placeholder: plain(inThread ? 'This thread' : 'Direct message'),
      filter: { include: ['public', 'private'], exclude_external_shared_channels: true },
      ...(channel !== null && { initial_conversation: channel }),
    },
  };
}

/** Says who else can read the news. The choice in the form is not known before it is handed in. */
function audience({ channel, threadChannel }: SubmitForm): string {
  const place = channel ?? threadChannel;
  return place === null
    ? 'People in a channel that you choose will see its name, state and error.'
    : `People in <#${place}> will see its name, state and error; if you choose another channel, people there will.`;
}

/**
 * The allocations with all words of the query in their name, project or cluster. The one used last comes first. Slack
 * shows 100.
 */
export function allocationOptions(
  allocations: Allocation[],
  query: string,
  last: string | null,
): PlainTextOption[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const isLast = ({ uuid }: Allocation) => Number(uuid === last);
  return allocations
    .toSorted((a, b) => isLast(b) - isLast(a))
    .filter(({ name, projectName, serviceName }) => {
      const text = `${name} ${projectName} ${serviceName}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .slice(0, 100)
    .map(allocationOption);
}

/** "bio-gpu · 82 % of GPU hours used", with project and cluster below. */
function allocationOption(allocation: Allocation): PlainTextOption {
  const { name, projectName, serviceName, uuid } = allocation;
  const used = usage(allocation);
  const text = used === null ? name : `${line(name, 40)} · ${used}`;
  return {
    text: plain(line(text, LONGEST_OPTION) || uuid),
    description: plain(line(`${projectName} · ${serviceName}`, LONGEST_OPTION)),
    value: uuid,
  };
}

/** How much of the scarcest limited resource is used. */
function usage({ usage: used, limit }: Allocation): string | null {
  const shares = [
    { word: 'GPU hours', share: limit.gpu > 0 ? used.gpu / limit.gpu : null },
    { word: 'CPU hours', share: limit.cpu > 0 ? used.cpu / limit.cpu : null },
  ].flatMap(({ word, share }) => (share === null ? [] : [{ word, share }]));
  const top = shares.toSorted((a, b) => b.share - a.share)[0];
  return top === undefined ? null : `${Math.round(top.share * 100)} % of ${top.word} used`;
}

/** What the form says once Waldur has taken the job. */
export function submitted(name: string): Message {
  return say(`Submitted ${named(name)}. Its card follows it.`);
}

/** The message that Waldur does show a submission whose answer was lost, after the person was told that it was. */
export function turnedUp(name: string): Message {
  return say(`${named(name)} was submitted after all: Waldur has it. Its card follows it.`);
}

/** An earlier submission of the same script. The next form for it says so at the top. */
export interface Earlier {
  /** Slack id of the person who submitted it; null for the reader. */
  by: string | null;
  /** Such as `2 min`. */
  ago: string;
  /** Its Slurm id, else its name. */
  as: string;
  /** Its state. */
  state: 'under way' | 'accepted' | 'lost' | 'perhaps';
}

/** When, by whom and as which job a script was submitted before; mrkdwn. */
export function submittedBefore({ by, ago, as, state }: Earlier): string {
  const did = `${by === null ? 'You' : `<@${by}>`} submitted this script ${ago} ago`;
  if (state === 'accepted') return `${did} as ${named(as)}.`;
  if (state === 'perhaps') {
    return `${did} as ${named(as)}. Waldur says that this failed, but Slurm may have the job: look for it in the queue before you submit it again.`;
  }
  if (state === 'lost') return `${did} as ${named(as)}, and Waldur’s answer was lost.`;
  return `${did} as ${named(as)}: it is on its way to Waldur.`;
}

/** The message to a person whose form is gone, where they are. `again` reopens the form, filled in. */
export function submissionFailed(name: string, problem: string, mark: string): Message {
  return say(
    `${named(name)}: ${problem}`,
    ...actions(button({ label: 'Submit again…', intent: { do: 'retry', mark } })),
  );
}
