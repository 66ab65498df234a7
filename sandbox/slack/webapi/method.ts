import * as z from 'zod';
import { refusal, SlackError } from '../slack-error.ts';
import type { Json } from '../types.ts';
import type { Workspace } from '../workspace.ts';

/** A method of the Web API: who may call it, and what it does. */
export type Method = {
  /** Which token it takes; `none` needs no token at all. */
  token: 'bot' | 'app' | 'any' | 'none';
  /** One of these scopes is needed; none if empty. */
  scopes: string[];
  /** Slack takes JSON bodies only in writing methods. In the others a JSON body counts as no arguments. */
  takesJson: boolean;
  run(space: Workspace, args: Json, token: TokenKind): Json;
};

export type TokenKind = 'bot' | 'app' | 'none' | 'unknown';

type Spec<T extends z.ZodType> = Partial<Pick<Method, 'token' | 'scopes' | 'takesJson'>> & {
  args: T;
  run(space: Workspace, args: z.output<T>, token: TokenKind): Json;
};

/** A method with checked arguments; by default it takes the bot token and JSON, and needs no scope. */
export function method<T extends z.ZodType>(spec: Spec<T>): Method {
  return {
    token: spec.token ?? 'bot',
    scopes: spec.scopes ?? [],
    takesJson: spec.takesJson ?? true,
    run: (space, args, token) => spec.run(space, parseArgs(spec.args, args), token),
  };
}

/** Checks arguments; throws invalid_arguments with Slack's sentences. Empty fields count as missing. */
function parseArgs<T extends z.ZodType>(schema: T, args: Json): z.output<T> {
  const given = Object.fromEntries(
    Object.entries(args).filter(([, value]) => value !== '' && value !== null),
  );
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw refusal('invalid_arguments', result.error.issues.map(sentenceFor));
}

function sentenceFor(issue: z.core.$ZodIssue): string {
  const [field = '', ...rest] = issue.path.map(String);
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined && rest.length === 0;
  if (isMissing || issue.message.includes('received undefined'))
    return `[ERROR] missing required field: ${field}`;
  return `[ERROR] ${issue.message} [json-pointer:/${[field, ...rest].join('/')}]`;
}

/** A string argument. Numbers are accepted as written. */
export const textArg = z.union([z.string(), z.number().transform(String)], {
  error: 'must be a string',
});

/** A required string argument, with Slack's error if it is missing. */
export const needed = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  z.string(),
);

/** A yes-or-no argument, as JSON or in a form. */
export const flagArg = z
  .union([z.boolean(), z.string(), z.number()])
  .transform((value) => value === true || value === 1 || value === 'true' || value === '1');

/** A whole number from `min` to `max`; anything else is refused with `code`. */
export const numberArg = (min: number, max: number, code: string) =>
  z.unknown().transform((value) => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < min || number > max) throw new SlackError(code);
    return number;
  });

/** A time, in seconds with or without a fraction; anything else is refused with `code`. */
export const tsArg = (code: string) =>
  textArg.transform((value) => {
    if (!/^\d+(\.\d+)?$/.test(value)) throw new SlackError(code);
    return value;
  });

/** A structure, as JSON or as a string of JSON. Text that is not JSON is refused with `code`. */
export const jsonArg = (code: string) =>
  z.unknown().transform((value): unknown => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      throw new SlackError(code);
    }
  });
