import { format, isSameDay, subDays } from 'date-fns';

/** Who reads, and when: names for ids, and the day that is called today. Times are in this machine's zone. */
export interface Reader {
  /** People and conversations by id. */
  names: Record<string, string>;
  now(): Date;
}

/** Mrkdwn as Slack shows it, without its styles: code keeps its quotes, links and mentions become words. */
export function plainText(mrkdwn: string, reader: Reader): string {
  const shown = mrkdwn
    .replace(/```\n?([\s\S]*?)\n?```/g, (_, code: string) => code.replace(/^/gm, '  | '))
    .replace(/(^|[\s(])\*([^*\n]+)\*(?=$|[\s.,:;)])/gm, '$1$2')
    .replace(/<([^<>]*)>/g, (_, inside: string) => reference(inside, reader));
  return shown.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** The text in angle brackets: `@U…`, `#C…`, `!date^…`, `!channel`, `https://…|label`. */
function reference(inside: string, reader: Reader): string {
  const [target = '', label] = inside.split('|', 2);
  if (target.startsWith('!date^')) return date(target, label ?? '', reader);
  const id = target.slice(1);
  if (target.startsWith('@')) return `@${reader.names[id] ?? label ?? id}`;
  if (target.startsWith('#')) return reader.names[id] ?? `#${label ?? id}`;
  if (target.startsWith('!')) return `@${id}`;
  return label ?? target;
}

function date(target: string, fallback: string, reader: Reader): string {
  const [, seconds, pattern = ''] = target.split('^');
  return slackDate(new Date(Number(seconds) * 1000), pattern, fallback, reader.now());
}

/** A time in the pattern of Slack's date token. Patterns that the bot does not use show the fallback. */
export function slackDate(at: Date, pattern: string, fallback: string, now: Date): string {
  const shown = pattern
    .replaceAll('{date_short_pretty}', day(at, now))
    .replaceAll('{time}', format(at, 'HH:mm'));
  return shown.includes('{') ? fallback : shown;
}

function day(at: Date, now: Date): string {
  if (isSameDay(at, now)) return 'today';
  return isSameDay(at, subDays(now, 1)) ? 'yesterday' : format(at, 'MMM d, yyyy');
}

/** Lines of at most `width` characters, broken between words, and indented as the first is. */
export function wrapped(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  const indent = (/^ *(▸ |\| )?/.exec(line)?.[0] ?? '').replace('▸', ' ');
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > indent.length ? space : width;
    lines.push(rest.slice(0, end).trimEnd());
    rest = indent + rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
