import { z } from 'zod';
import { type ToldError, toldErrorJson } from './error.ts';

const recordJson = z.looseObject({ level: z.string(), time: z.string(), msg: z.string() });

/**
 * A record of the log for people: `2026-11-24T19:12:00.000Z WARN message key=value …` (logfmt), with the stacks of
 * errors below it.
 */
export function readable(record: unknown): string {
  const { level, time, msg, ...fields } = recordJson.parse(record);
  const entries = Object.entries(fields).map(([key, value]) => {
    const error = toldErrorJson.safeParse(value).data;
    const text = error === undefined ? textOf(value) : `${error.type}: ${error.message}`;
    return { pair: `${key}=${quoted(text)}`, stack: error === undefined ? [] : stackOf(error) };
  });
  const head = [time, level.toUpperCase(), oneLine(msg), ...entries.map(({ pair }) => pair)];
  return [head.join(' '), ...entries.flatMap(({ stack }) => stack)].join('\n');
}

/**
 * Escapes, as JSON does, characters that would break a line, control a terminal or show the line in another order
 * (`\p{C}`, UTS 18). JSON means the same afterwards.
 */
export function visible(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

function stackOf({ stack, cause }: ToldError): string[] {
  const calls = stack.split('\n').filter((line) => /^ {4}at /.test(line));
  if (cause === undefined) return calls.map(oneLine);
  const [what, more] =
    typeof cause === 'string' ? [cause, []] : [`${cause.type}: ${cause.message}`, stackOf(cause)];
  return [...calls, `    caused by ${what}`].map(oneLine).concat(more);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function quoted(text: string): string {
  return /^[^\s"=\\\p{C}]+$/u.test(text) ? text : oneLine(JSON.stringify(text));
}

/** Escapes characters that would break a line or show it in another order (`\p{C}`, UTS 18). */
function oneLine(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return character === '\n' ? '\\n' : `\\u{${code.toString(16)}}`;
  });
}
