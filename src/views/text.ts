import { getUnixTime } from '../dates.ts';
import { cut } from '../jobs/cut.ts';

/**
 * Safe text. Names, file names and error messages come from anywhere: nothing in them may ping, link, format, hide or
 * turn the reading direction. Foreign text goes through one of the functions below: into mrkdwn (which is verbatim:
 * message.ts), into a message's `text`, or with `line` and `lines` into plain text. Slack: escape `&`, `<`, `>` exactly
 * once (docs.slack.dev, formatting message text). Styles and emoji have no escape there; but nothing is styled in code,
 * so what looks like one becomes code, and can still be copied as it was written.
 */

/** All blank space, including characters that break a line or move the cursor. */
const blank = /[\p{Cc}\s]+/gu;
/** Invisible characters: directions, joiners, fillers, tags and halves of characters. */
const invisible = /[\p{Cf}\p{Cs}\p{DI}\u2800]+/gu;
/** Marks upon marks, which grow over the lines above: no language piles up more than four. */
const tower = /(\p{M}{4})\p{M}+/gu;

/** Characters that Slack's mrkdwn may take for style or a quote. */
const style = /[*~`]|(?<!\w)_|_(?!\w)|(?<!\S)>/;
/** Text that it may take for an emoji, a mention or a link. */
const reference = /:[^\s:]+:|@\w|#[a-z]|:\/\/|[wW]{3}\.|mailto:/;
/** Text that would become an emoji with a colon of ours right after it. */
const opened = /:[^\s:]+$/;

/**
 * One line of untrusted text without invisible characters, cut to `max` characters with an ellipsis. Never
 * empty: Slack takes no empty text.
 */
export function line(text: string, max = 100): string {
  return cut(clean(text), max) || '(empty)';
}

function clean(text: string): string {
  return text.replace(invisible, '').replace(blank, ' ').replace(tower, '$1').trim();
}

/** Several lines of untrusted text for a field that people go on writing in. */
export function lines(text: string, max: number): string {
  return cut(text.split(/\r?\n/).map(clean).join('\n').trim(), max);
}

/** Text of ours, or the operator's: Slack's three characters are escaped, and nothing else. */
export function trusted(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * A sentence with untrusted text in it, as one line for mrkdwn and for a message's `text`: words that mrkdwn would
 * style become code. The result has at most `max` characters.
 */
export function escaped(text: string, max = 2800): string {
  let said = '';
  for (const word of clean(text).split(' ')) {
    const safe = isMarkup(word) ? wordAsCode(word) : trusted(word);
    if (said.length + safe.length + 2 > max) return `${said} …`.trim();
    said += said === '' ? safe : ` ${safe}`;
  }
  return said;
}

/** The punctuation around a word is the sentence's. */
function wordAsCode(word: string): string {
  const before = /^[("'“[]*/.exec(word)?.[0] ?? '';
  const after = /(?<![.,;:!?)"'”\]])[.,;:!?)"'”\]]+$/.exec(word)?.[0] ?? '';
  const inner = word.slice(before.length, word.length - after.length);
  return inner === '' ? asCode(word) : `${before}${asCode(inner)}${after}`;
}

function asCode(plain: string): string {
  return `\`${trusted(plain.replaceAll('`', "'"))}\``;
}

/** Untrusted text as code: nothing in it is styled. */
export function code(text: string, max = 100): string {
  return asCode(line(text, max));
}

/** A name inside a sentence: as it is if that is safe, or as code if mrkdwn would style it. */
export function named(name: string, max = 100): string {
  const plain = line(name, max);
  return isOpen(plain) ? asCode(plain) : trusted(plain);
}

/** A name that stands out: bold if that is safe, otherwise as code. */
export function bold(name: string, max = 100): string {
  const plain = line(name, max);
  return isOpen(plain) ? asCode(plain) : `*${trusted(plain)}*`;
}

function isOpen(name: string): boolean {
  return isMarkup(name) || opened.test(name);
}

function isMarkup(plain: string): boolean {
  return style.test(plain) || reference.test(plain);
}

/** A name and its state: "*train — Running*" if that is safe, otherwise with the name as code. */
export function title(name: string, said: string): string {
  const parts = [line(name), line(said)];
  return parts.some(isOpen)
    ? parts.map((part) => bold(part)).join(' — ')
    : `*${trusted(parts.join(' — '))}*`;
}

/** What somebody typed, quoted back: in quotation marks if that is safe, otherwise as code. */
export function quoted(words: string, max = 200): string {
  const plain = line(words, max);
  return isMarkup(plain) ? asCode(plain) : `“${trusted(plain)}”`;
}

/** Every invisible character except the tab. */
const unprinted = /[^\P{Cc}\t]|[\p{Cf}\p{Cs}\p{DI}\p{Zl}\p{Zp}\u2800]/gu;

/** Untrusted text for a code block. Invisible characters are shown, because they may matter in a script. */
export function inBlock(text: string): string {
  const each = text.split(/\r?\n/).map((one) => one.replace(unprinted, '\uFFFD').trimEnd());
  return trusted(each.join('\n').replace(tower, '$1').replaceAll('```', "'''"));
}

/** Several lines of untrusted text as a code block of at most `max` characters and its fences. */
export function codeBlock(text: string, max = 2000): string {
  return `\`\`\`\n${cut(inBlock(text), max).replace(/&[a-z]{0,3}…$/, '…')}\n\`\`\``;
}

/** A link of ours to an address that Slack gave. */
export function link(address: string, label: string): string {
  return `<${trusted(address.replaceAll('|', '%7C'))}|${trusted(label)}>`;
}

/**
 * A time in the reader's own zone (Slack's date formatting), with a fallback in UTC for old clients.
 * @param form `time` is "14:00", `day` "24 Nov 2026 at 14:00" with today and yesterday in words.
 */
export function when(date: Date, form: 'time' | 'day' = 'day'): string {
  const fallback = `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const format = form === 'time' ? '{time}' : '{date_short_pretty} at {time}';
  return `<!date^${getUnixTime(date)}^${format}|${fallback}>`;
}

/** Made once, because making one takes longer than the rest of a list. */
const english = new Intl.NumberFormat('en-US');

/** A number as people read it: `3,000`. */
export function grouped(n: number): string {
  return english.format(n);
}

/** `1 job`, `2 jobs`, `3,000 jobs`. */
export function count(n: number, noun: string): string {
  return `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** A sentence that starts with a capital. */
export function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
