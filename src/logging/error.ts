import { z } from 'zod';

/** An error and its causes, as the log shows them. */
export interface ToldError {
  type: string;
  message: string;
  stack: string;
  cause?: ToldError | string | undefined;
}

export const toldErrorJson: z.ZodType<ToldError> = z.object({
  type: z.string(),
  message: z.string(),
  stack: z.string(),
  cause: z.union([z.lazy(() => toldErrorJson), z.string()]).optional(),
});

/** The most causes that are followed: an error could be its own cause. */
const DEEPEST = 5;

/** True if a value is an error, even one from another realm. */
export function isError(value: unknown): value is Error {
  return Error.isError(value);
}

/** Name, message, stack and causes of an error, and nothing else: libraries attach whole requests to their errors. */
export function toldError(error: Error, depth = 1): ToldError {
  const { name: type, message, stack = '', cause } = error;
  const told = { type, message, stack };
  if (cause === undefined || depth === DEEPEST) return told;
  return { ...told, cause: isError(cause) ? toldError(cause, depth + 1) : String(cause) };
}
