/**
 * Reads mrkdwn as Slack does, as far as docs.slack.dev ("Formatting message text") says. It is written for tests and
 * independent of src/. If it is unsure, it takes text for markup.
 */

/** What a reader sees besides plain words. */
export interface Rendered {
  /** Bold, italic, struck and quoted pieces, with their marks. */
  styles: string[];
  emoji: string[];
  /** The texts between `<` and `>`: links, mentions, dates. */
  links: string[];
  /** Addresses that Slack would make links of. */
  bare: string[];
}

const BLOCK = /```[\s\S]*?```/g;
/** With a letter beside the mark, Slack may not take it for code. */
const CODE = /(?<![A-Za-z0-9])`[^`\n]+`(?![A-Za-z0-9])/g;
const SPECIAL = /<[^<>\n]*>/g;
const STYLES = [
  /\*[^*\n]+\*/g,
  /~[^~\n]+~/g,
  /(?<![A-Za-z0-9])_[^\n]+?_(?![A-Za-z0-9])/g,
  /^(?:>|&gt;).*$/gm,
  // An odd mark might pair with one of ours.
  /[*~`]/g,
];

/** Reads one mrkdwn text. Code is taken out first: nothing in it is markup. */
export function rendered(mrkdwn: string): Rendered {
  const words = mrkdwn.replace(BLOCK, '█').replace(CODE, '█');
  const links = words.match(SPECIAL) ?? [];
  let rest = words.replace(SPECIAL, '█');
  const styles: string[] = [];
  for (const style of STYLES) {
    styles.push(...(rest.match(style) ?? []));
    rest = rest.replace(style, '█');
  }
  return {
    styles,
    emoji: rest.match(/:[^\s:█]+:/g) ?? [],
    links,
    bare: rest.match(/\S*(?:[a-z]+:\/\/|www\.|mailto:)\S*|(?<!\S)@\w+/gi) ?? [],
  };
}

/** Invisible characters that change or hide others: controls, directions, fillers, tags. */
const UNSEEN: [from: number, to: number][] = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xe0000, 0xe0fff],
];

/** True if a text has such characters (new lines and tabs are none), or marks that tower above a letter. */
export function hidesSomething(text: string): boolean {
  const isUnseen = (point: number) => UNSEEN.some(([from, to]) => point >= from && point <= to);
  return [...text].some((char) => isUnseen(char.codePointAt(0) ?? 0)) || /\p{M}{5}/u.test(text);
}
