/**
 * Holds what the sandbox sends to the keys and types that real Slack sends. The fixture is a compact form of Slack's
 * own samples: `s`, `n`, `b` for text, number, boolean; `{}` an object and `?` anything; `*` any key.
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

export type Shape = string | [Shape] | { [key: string]: Shape };

const shapeSchema: z.ZodType<Shape> = z.lazy(() =>
  z.union([z.string(), z.tuple([shapeSchema]), z.record(z.string(), shapeSchema)]),
);
const fileSchema = z.record(z.string(), shapeSchema);

const read = (name: string) =>
  fileSchema.parse(
    JSON.parse(
      readFileSync(new URL(`../fixtures/slack-shapes/${name}.json`, import.meta.url), 'utf8'),
    ),
  );

export const payloadShapes = read('payloads');
export const answerShapes = read('answers');

const LETTER: Record<string, string> = { string: 's', number: 'n', boolean: 'b' };

/**
 * Every place where a value has a key or type that the shape does not have. null fits everywhere, since Slack sends it
 * so.
 */
export function misfits(value: unknown, shape: Shape, path = ''): string[] {
  if (value === null || value === undefined || shape === '?') return [];
  if (typeof shape === 'string') return fitsLetter(value, shape) ? [] : [`${path} is not ${shape}`];
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${path} is not a list`];
    return value.flatMap((one) => misfits(one, shape[0], `${path}[]`));
  }
  if (typeof value !== 'object' || Array.isArray(value)) return [`${path} is not an object`];
  return Object.entries(value).flatMap(([key, one]) => {
    const inner = shape[key] ?? shape['*'];
    const place = path === '' ? key : `${path}.${key}`;
    return inner === undefined ? [place] : misfits(one, inner, place);
  });
}

const fitsLetter = (value: unknown, letter: string): boolean =>
  letter === '{}'
    ? typeof value === 'object' && !Array.isArray(value)
    : LETTER[typeof value] === letter;

/**
 * Keys that Slack sends although its samples lack them, with the source of each. A path ends at the key; everything
 * below it is free.
 */
export const EXTRAS: { of: RegExp; path: RegExp; source: string }[] = [
  {
    of: /^AppMentionPayload$/,
    path: /^event\.files$/,
    source: "Bolt's AppMentionEvent.files; slack-types 8",
  },
  {
    of: /^(View|BlockAction|BlockSuggestion|AppHome)/,
    path: /^(event\.)?view\.blocks$/,
    source: "Bolt's ViewOutput.blocks",
  },
  {
    of: /^ViewSubmissionPayload$/,
    path: /^response_urls$/,
    source: "Bolt's ViewSubmitAction.response_urls",
  },
  {
    of: /^Message(Changed|Deleted)Payload$/,
    path: /^event\.previous_message$/,
    source: "Bolt's MessageChangedEvent and MessageDeletedEvent",
  },
  {
    of: /^MessagePayload$/,
    path: /^event\.subtype$/,
    source: "Bolt's ThreadBroadcastMessageEvent",
  },
  {
    of: /^files\.completeUploadExternal$/,
    path: /^files\[\]\.shares\.private$/,
    source: 'the sample of files.info has shares.private',
  },
  {
    of: /^(chat|conversations|files|users|reactions|bots|team|usergroups)\./,
    path: /^response_metadata$/,
    source: "web-api's WebAPICallResult.response_metadata",
  },
];

const isExtra = (name: string, path: string): boolean =>
  EXTRAS.some((extra) => extra.of.test(name) && extra.path.test(path));

/** The misfits of a payload or answer, without those in the list of extras. */
export function problemsOf(name: string, value: unknown, shape: Shape | undefined): string[] {
  if (shape === undefined) return [`${name}: there is no shape of this name`];
  return misfits(value, shape)
    .filter((path) => !isExtra(name, path))
    .map((path) => `${name}: ${path}`);
}
