import type { z } from 'zod';

/**
 * Why Slack would refuse an argument. `error` is Slack's code; `messages` is what it puts in
 * `response_metadata.messages` (and, without the `[ERROR] `, in `errors`).
 */
export type Refusal = { error: string; messages: string[] };

/** One problem and the JSON pointer to its value. */
export type Problem = { message: string; pointer: string };

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Joins a base pointer ("/view") and a path inside it (RFC 6901). */
export function pointerTo(base: string, path: Path): string {
  const steps = path.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1'));
  return [base, ...steps].join('/');
}

/** A refusal with Slack's wording of each problem. */
export function refuse(error: string, problems: readonly Problem[]): Refusal {
  const messages = problems.map(({ message, pointer }) => {
    return pointer === '' ? `[ERROR] ${message}` : `[ERROR] ${message} [json-pointer:${pointer}]`;
  });
  return { error, messages };
}

/** Checks a value against a schema; the problems are worded as Slack words them. */
export function problemsWith(schema: z.ZodType, value: unknown, base: string): Problem[] {
  const result = schema.safeParse(value);
  return result.success ? [] : result.error.issues.flatMap((issue) => explain(issue, value, base));
}

// Wordings are those of slackhq/hack-json-schema, Slack's own validator, and of error reports.
function explain(issue: Issue, root: unknown, base: string): Problem[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    const pointer = pointerTo(base, path);
    return issue.keys.map((key) => ({ message: `invalid additional property: ${key}`, pointer }));
  }
  const value = valueAt(root, path);
  const last = path.at(-1);
  if (value === undefined && last !== undefined && issue.code !== 'custom') {
    const pointer = pointerTo(base, path.slice(0, -1));
    return [{ message: `missing required field: ${String(last)}`, pointer }];
  }
  const message = last === 'type' ? aboutType(value) : wording(issue, value);
  return [{ message, pointer: pointerTo(base, path) }];
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    return typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined;
  }, root);
}

function aboutType(value: unknown): string {
  return typeof value === 'string' ? `unsupported type: ${value}` : 'must provide a string';
}

const expectedType: Record<string, string> = {
  string: 'must provide a string',
  boolean: 'must be a boolean',
  number: 'must provide a number',
  int: 'must provide an integer',
  array: 'must provide an array',
};

function wording(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return expectedType[issue.expected] ?? 'must provide an object';
    case 'invalid_value':
      return typeof value === typeof issue.values[0]
        ? 'must be a valid enum value'
        : 'must provide a string';
    case 'too_small':
      return issue.origin === 'array'
        ? `must provide at least ${issue.minimum} items`
        : `must be greater than ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'array'
        ? `no more than ${issue.maximum} items allowed`
        : `must be less than ${issue.maximum}`;
    default:
      return issue.message;
  }
}
