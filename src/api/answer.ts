import type { z } from 'zod';
import { cut } from '../jobs/cut.ts';
import { type RequestLine, WaldurSurprise } from './errors.ts';

/** The size of the largest answer that is read, in bytes. 300 jobs with long reports stay far below it. */
export const LARGEST_ANSWER = 20 * 1024 * 1024;

/** An answer with a status below 300. */
export interface Answer {
  status: number;
  header(name: string): string | null;
  /** True if its body is larger than LARGEST_ANSWER. */
  isOutsize: boolean;
  /**
   * Its body as JSON of this shape.
   * @throws WaldurSurprise if it is not JSON or does not fit.
   */
  read<T>(schema: z.ZodType<T>): T;
  /**
   * Its body as it came.
   * @throws WaldurSurprise if it is larger than what is read.
   */
  bytes(): Buffer;
  /** The error for an answer that the bot does not understand. */
  surprise(problem: string): WaldurSurprise;
}

/** @param body null if it is larger than what is read */
export function answerOf(
  asked: RequestLine,
  status: number,
  header: Answer['header'],
  body: Buffer | null,
): Answer {
  const surprise = (problem: string) =>
    new WaldurSurprise({ ...asked, ambiguous: asked.method !== 'GET', status, problem });
  return {
    status,
    header,
    isOutsize: body === null,
    surprise,
    bytes() {
      if (body === null) throw surprise('a larger file than is taken');
      return body;
    },
    read(schema) {
      if (body === null) throw surprise(`more than ${LARGEST_ANSWER} bytes`);
      const value = json(body.toString('utf8'));
      if (value === undefined) throw surprise(`not JSON (${mediaType(header)})`);
      const fit = schema.safeParse(value);
      if (fit.success) return fit.data;
      throw surprise(`not the documented shape (${misfitsIn(fit.error)})`);
    },
  };
}

/**
 * The value of a JSON text; undefined if it is not JSON. The value may be nested more deeply than the stack allows (V8
 * parses without recursion), so code that walks through it must count the levels.
 */
export function json(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function mediaType(header: Answer['header']): string {
  return cut(header('content-type')?.split(';')[0] ?? '', 100) || 'no content type';
}

/** Says in the log what does not fit, and what was expected there. zod's messages quote no values. */
export function misfitsIn(error: z.ZodError): string {
  const places = error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  return places.slice(0, 3).join('; ');
}
