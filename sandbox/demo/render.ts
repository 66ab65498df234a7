import { enteredIn, messageLines, viewButtons, viewLines } from './blocks.ts';
import type { Entry, MessageEntry, ModalEntry, PersonEntry, SuggestionEntry } from './entries.ts';
import { plainText, type Reader, wrapped } from './plain-text.ts';

/** Characters in a line of the transcript. */
const WIDTH = 100;
const BOX = 78;

/**
 * Turns entries of the ledger into lines of a transcript. It remembers messages, so that it can say what an edit
 * changed.
 */
export function createRenderer(reader: Reader, bot: string): (entries: Entry[]) => string[] {
  const before = new Map<string, { lines: string[]; user: string }>();

  const messageOf = (entry: MessageEntry): string[] => {
    const { channel, ts, to, user, change } = entry;
    const key = `${channel} ${ts} ${to ?? ''}`;
    const known = before.get(key)?.lines ?? [];
    const lines = messageLines(entry, reader);
    before.set(key, { lines, user });
    if (user !== bot) return change === 'posted' ? [written(entry, reader)] : [];
    if (change === 'posted') return shown(entry, lines, reader);
    return change === 'edited' ? edited(entry, known, lines, reader) : [];
  };

  const lineOf = (entry: Entry): string[] => {
    if (entry.kind === 'message') return messageOf(entry);
    if (entry.kind === 'view') return box(entry, reader);
    if (entry.kind === 'delivery') return [searched(entry, reader)];
    if (entry.kind === 'api') return ['    (the bot looks whether its message is there)'];
    const of = before.get(`${entry.channel} ${entry.ts} `)?.user;
    return done(entry, reader, of === undefined ? 'a' : `${nameOf(of, reader)}’s`);
  };

  return (entries) =>
    entries.filter((entry, index) => isSeen(entry, entries, index)).flatMap(lineOf);
}

/** A form that changes at once is shown as it is afterwards. One that closes is not shown. */
function isSeen(entry: Entry, all: Entry[], index: number): boolean {
  if (entry.kind === 'message') return entry.shown;
  if (entry.kind !== 'view') return true;
  if (entry.change === 'closed' || entry.change === 'cleared') return false;
  const later = all.slice(index + 1);
  const until = later.findIndex(({ kind }) => kind === 'person');
  const soon = until === -1 ? later : later.slice(0, until);
  return !soon.some((other) => other.kind === 'view' && other.view.id === entry.view.id);
}

const nameOf = (id: string, { names }: Reader): string => names[id] ?? id;

/** A person's own message. */
function written(entry: MessageEntry, reader: Reader): string {
  const { user, channel, thread_ts, files, text } = entry;
  const place = `${thread_ts === undefined ? '' : 'the thread in '}${nameOf(channel, reader)}`;
  const words = plainText(text, reader);
  const [file] = files;
  return file === undefined
    ? `▸ ${nameOf(user, reader)} writes in ${place}: ${words}`
    : `▸ ${nameOf(user, reader)} uploads ${file.name} (${file.size} bytes) in ${place}${words === '' ? '' : `: ${words}`}`;
}

function shown(entry: MessageEntry, lines: string[], reader: Reader): string[] {
  const { to, broadcast } = entry;
  const only = to === undefined ? '' : ` (only ${nameOf(to, reader)} sees this)`;
  return paragraph(entry, `${only}${broadcast ? ' (also outside the thread)' : ''}`, lines, reader);
}

/** An edit: the lines that are new, and the buttons. */
function edited(entry: MessageEntry, known: string[], lines: string[], reader: Reader): string[] {
  const news = lines.filter((line) => !known.includes(line));
  return news.length === 0 ? [] : paragraph(entry, ' (edits its message)', news, reader);
}

function paragraph(entry: MessageEntry, mark: string, lines: string[], reader: Reader): string[] {
  const indent = ' '.repeat(entry.thread_ts === undefined ? 4 : 10);
  const body = lines.flatMap((line) => wrapped(line, WIDTH - indent.length - 2));
  const start = `${indent}${nameOf(entry.user, reader)}${mark}:`;
  const [first = '', ...rest] = body;
  const fits = mark === '' && start.length + first.length < WIDTH;
  const head = fits ? [`${start} ${first}`] : [start, `${indent}  ${first}`];
  return [...head, ...rest.map((line) => `${indent}  ${line}`)];
}

/** A form as a small box. */
function box({ view, errors }: ModalEntry, reader: Reader): string[] {
  const inside = BOX - 4;
  const buttons = viewButtons(view).padStart(inside);
  const lines = viewLines(view, errors, reader).flatMap((line) => wrapped(line, inside));
  const title = `┌ ${view.title.text} `;
  return [
    `${title.padEnd(BOX - 1, '─')}┐`,
    ...[...lines, buttons].map((line) => `│ ${line.padEnd(inside)} │`),
    `└${'─'.repeat(BOX - 2)}┘`,
  ].map((line) => `    ${line}`);
}

function searched({ payload, body }: SuggestionEntry, reader: Reader): string {
  const options = body.options.map(({ text }) => text.text).join(', ');
  return `▸ ${nameOf(payload.user.id, reader)} searches “${payload.value}” and is offered: ${options}`;
}

/** What a person did. Writing is left out, since the message shows it. */
function done(entry: PersonEntry, reader: Reader, whose: string): string[] {
  const { act, label, channel = '', view } = entry;
  const told: Record<string, string | undefined> = {
    command: `types in ${nameOf(channel, reader)}: ${entry.text}`,
    click: `presses [${label}]`,
    choose: `chooses “${label}” in the ⋯ menu`,
    close: 'closes the form',
    shortcut: `takes the shortcut “${entry.callback_id}” in the menu of ${whose} message`,
    submit: typeof view === 'object' ? handedIn(view, reader) : undefined,
  };
  const words = told[act];
  return words === undefined ? [] : [`▸ ${nameOf(entry.user, reader)} ${words}`];
}

function handedIn(view: Exclude<PersonEntry['view'], string | undefined>, reader: Reader): string {
  const entered = enteredIn(view, reader);
  const fields = entered.length === 0 ? '' : `fills in ${entered.join(', ')} and `;
  return `${fields}presses [${view.submit?.text}]`;
}
