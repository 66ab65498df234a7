import { isSlurmId } from '../jobs/reference.ts';

/** The meaning of words: a command as one would type it after /slurm, or one of the few things that are no command. */
type Understood = { command: string } | { cancel: string } | { thanks: true };

/** Words that people write before and after a command. */
const politeBefore =
  /^(?:hey|hi|hello|ok|okay|slurm|please|pls|plz|could you|can you|would you|kindly)(?:[,:]? +|[,:]?$)/i;
const politeBehind = /(?:^|[,.]? )(?:please|pls|plz|thanks|thank you|thx)$/i;
const thanks = [
  /^(?:thanks|thank you|thx|ty|cheers|great|perfect)$/i,
  /^:[\w+-]+:$/,
  /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Variation_Selector}]+$/u,
];
const isThanks = (words: string) => thanks.some((pattern) => pattern.test(words));
/** Marks that open and close a piece; Slack's own for code, bold, italic and struck among them. */
const quotes: readonly [open: string, close: string][] = [
  ['`', '`'],
  ['*', '*'],
  ['_', '_'],
  ['~', '~'],
  ['"', '"'],
  ["'", "'"],
  ['“', '”'],
  ['„', '“'],
  ['„', '”'],
  ['”', '”'],
  ['«', '»'],
  ['»', '«'],
  ['‘', '’'],
  ['‚', '‘'],
  ['‹', '›'],
];

/**
 * What a person means by what they typed after /slurm, behind a mention or in a direct message. The command may not
 * exist.
 */
export function understand(text: string): Understood {
  const words = bare(text);
  if (isThanks(words)) return { thanks: true };
  const [, verb = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(words) ?? [];
  const name = verb.toLowerCase().replace(/:$/, '');
  if (stops.has(name)) return { cancel: jobWords(rest) };
  return { command: phrase(words) ?? written(verb.replace(/:$/, ''), rest, words) };
}

/** The words as Slack's clients show them, on one line, without mention, politeness, punctuation and quotes around them. */
export function bare(text: string): string {
  let words = shownText(text)
    .replace(/[\p{Cf}\u2060]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
  for (let before = ''; before !== words; ) {
    before = words;
    words = unquoted(words)
      .replace(/^[/@]slurm\b[:,]?/i, '')
      .replace(/^[,:]+(?=\s|$)/, '')
      .trim()
      .replace(politeBefore, '')
      .replace(/(?<=[^\s.…!?,;])[.…!?,;]+$/, '')
      .trim();
    if (!isThanks(words)) words = words.replace(politeBehind, '').trim();
  }
  return words;
}

/** Slack escapes three characters in messages, and makes links of what looks like one. */
function shownText(text: string): string {
  return text
    .replace(/<(?:mailto:|https?:\/\/)[^|<>]*\|([^<>]*)>/g, '$1')
    .replace(/<(https?:\/\/[^<>]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** A piece without the marks around it, where they are around the whole of it. */
export function unquoted(words: string): string {
  const block = /^```\s?(.*?)\s?```$/s.exec(words)?.[1];
  if (block !== undefined) return block;
  const pair = quotes.find(
    ([open, close]) => words.length > 2 && words.startsWith(open) && words.endsWith(close),
  );
  if (pair === undefined) return words;
  const inner = words.slice(1, -1);
  return pair.some((mark) => inner.includes(mark)) ? words : inner.trim();
}

const stops = new Set(['cancel', 'scancel', 'kill', 'stop', 'abort']);

/** Whole sentences, each with the command that it means. */
const phrases: readonly [RegExp, string][] = [
  [/^(?:show |list |what are )?(?:me )?my (?:slurm )?jobs$/i, 'list'],
  [/^(?:show|list)(?: me)? (?:all|all the|all my)? ?jobs$/i, 'list'],
  [/^(?:show|list)(?: me)? (?:everything|all)$/i, 'list all'],
  [/^(?:what|which)(?: jobs?)?(?: is| are|['’]s|s)? (running|queued|pending|failed)$/i, 'list $1'],
  [/^(running|queued|pending|failed|completed|cancelled)(?: jobs)?$/i, 'list $1'],
  [/^(?:show|list)(?: me)?(?: my)? (running|queued|pending|failed) jobs$/i, 'list $1'],
  [/^(?:is|has) (?:it|this|the job|this job) (?:\w+ ){0,2}\w+$/i, 'show'],
  [/^(?:how|what)(?: is|['’]s) (?:it|this|the job|the status)(?: \w+){0,2}$/i, 'show'],
  [/^(?:done|finished|ready)$/i, 'show'],
  [/^(?:run|submit|try)(?: (?:it|this|the job|this job))? again$/i, 'again'],
  [/^who am i$/i, 'whoami'],
  [/^(?:how much|what)(?: is|['’]s)? left$|^my (?:allocations|usage|quota)$/i, 'usage'],
  [/^(?:what can you do|how does this work|help me)$/i, 'help'],
];

function phrase(words: string): string | null {
  const [found, means] = phrases.find(([pattern]) => pattern.test(words)) ?? [];
  return found === undefined || means === undefined
    ? null
    : words.replace(found, means).toLowerCase();
}

/** Commands that are followed by a job. */
const aboutJobs = new Set(
  'show details info again rerun resubmit refresh pull follow watch edit rename delete unlink sacct scontrol status'.split(
    ' ',
  ),
);

function written(verb: string, rest: string, words: string): string {
  const name = verb.toLowerCase();
  const alone = jobWords(words);
  if (isSlurmId(alone)) return `show ${alone}`;
  const [, once] = name === 'run' || name === 'submit' ? (/^(.+) again$/i.exec(rest) ?? []) : [];
  if (once !== undefined) return `again ${jobWords(once)}`;
  if (!aboutJobs.has(name)) return [withoutMarks(verb), rest].filter(Boolean).join(' ');
  const job = jobWords(rest);
  if (name === 'status') return isSlurmId(job) ? `show ${job}` : `list ${rest}`.trim();
  return `${name} ${job}`.trim();
}

/** `**list**` and “list” mean list, whatever follows them. */
function withoutMarks(name: string): string {
  return name.replace(/^[`*_~"'“”„«»‘’]{1,3}|[`*_~"'“”„«»‘’]{1,3}$/gu, '');
}

/** "job #48213" means 48213. Quotes around a name do not belong to it. */
function jobWords(text: string): string {
  let words = text.trim();
  for (let before = ''; before !== words; ) {
    before = words;
    words = unquoted(words)
      .replace(
        /^(?:show (?=job\b)|-j ?|--jobs?=|(?:the )?job(?: id)?[ :=]+|(?:of|about|for) |#(?=\d))/i,
        '',
      )
      .trim();
  }
  return words;
}
