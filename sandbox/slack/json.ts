import type { Json } from './types.ts';

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects in a list; anything else counts as none. */
export const objects = (value: unknown): Json[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

/** The value at a path of keys, or undefined if the path ends early. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((one, key) => (isObject(one) ? one[key] : undefined), value);
}

/** The string at a path of keys, or undefined. */
export function stringAt(value: unknown, ...path: string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** Parses JSON; undefined if it is not JSON. */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The object without the keys whose value is undefined, as in JSON. */
export const defined = (value: Json): Json =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
