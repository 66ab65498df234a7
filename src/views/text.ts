import { cut } from '../jobs/cut.ts';

/**
 * Safe text. Names, file names and error messages come from anywhere: nothing in them may ping, link or format.
 * Slack: escape `&`, `<`, `>` exactly once (docs.slack.dev, formatting message text); everything else is style.
 */

/** Control characters and marks that turn the reading direction or hide. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is what this is for
const invisible = /[\u0000-\u001f\u007f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/** What Slack's mrkdwn would take for style, an emoji, a mention or a channel. Links: see `mrkdwn`, which is verbatim. */
const styled = /[*~`]|(^|\W)_|_(\W|$)|:[\w+-]+:|[@#]\w/;

/**
 * One line of untrusted text without invisible characters, cut to `max` characters with an ellipsis. Never
 * empty: Slack takes no empty text.
 */
export function line(text: string, max = 100): string {
  return cut(text.replace(invisible, ' ').trim(), max) || '(empty)';
}

/** Untrusted text for mrkdwn and for a message's `text`: it comes out as it was written. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Untrusted text as code: nothing in it is styled. */
export function code(text: string, max = 100): string {
  return `\`${escaped(line(text, max).replaceAll('`', "'"))}\``;
}

/** A name inside a sentence: as it is where that is safe, as code where mrkdwn would style it. */
export function named(name: string, max = 100): string {
  const plain = line(name, max);
  return styled.test(plain) ? code(plain, max) : escaped(plain);
}

/** A name that stands out: bold where that is safe, as code otherwise. */
export function bold(name: string, max = 100): string {
  const plain = line(name, max);
  return styled.test(plain) ? code(plain, max) : `*${escaped(plain)}*`;
}

/** Several lines of untrusted text as a code block of at most `max` characters and its fences. */
export function codeBlock(text: string, max = 2000): string {
  const lines = text.split(/\r?\n/).map((each) => each.replace(invisible, ' ').trimEnd());
  const plain = lines.join('\n').replaceAll('`', "'");
  return `\`\`\`\n${cutEscaped(plain, max)}\n\`\`\``;
}

/** Untrusted text escaped and cut to `max` characters: escaping makes it longer, and no entity is cut through. */
export function cutEscaped(text: string, max: number): string {
  return cut(escaped(text), max).replace(/&[a-z]*…$/, '…');
}

/**
 * A time in the reader's own zone (Slack's date formatting), with a fallback in UTC for old clients.
 * @param form `time` is "14:00", `day` "24 Nov 2026 at 14:00" with today and yesterday in words.
 */
export function when(date: Date, form: 'time' | 'day' = 'day'): string {
  const seconds = Math.floor(date.getTime() / 1000);
  const fallback = `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const format = form === 'time' ? '{time}' : '{date_short_pretty} at {time}';
  return `<!date^${seconds}^${format}|${fallback}>`;
}

/** Made once: making one takes longer than all that a list shows besides. */
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
