/** An answer to the client. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer | null;
}

const API_HEADERS = { Vary: 'Accept, Accept-Language, Cookie', 'Content-Language': 'en' };
/** Pages that Django writes itself, outside the API. */
const PAGE_HEADERS = { Vary: 'Accept-Language, Cookie', 'Content-Language': 'en' };

/** An answer of the API: JSON, or no body if `body` is undefined (204). */
export function json(status: number, body?: unknown, headers: Record<string, string> = {}): Answer {
  if (body === undefined) return { status, headers: { ...API_HEADERS, ...headers }, body: null };
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...API_HEADERS, ...headers },
    body: Buffer.from(JSON.stringify(body)),
  };
}

/** One of Django's own pages, such as "Server Error (500)". */
export function htmlPage(status: number, title: string, heading: string, text: string): Answer {
  const page = [
    '',
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    `  <title>${title}</title>`,
    '</head>',
    '<body>',
    `  <h1>${heading}</h1><p>${text}</p>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
  return {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8', ...PAGE_HEADERS },
    body: Buffer.from(page),
  };
}

export function serverError(): Answer {
  return htmlPage(500, 'Server Error (500)', 'Server Error (500)', '');
}

export function notFoundPage(): Answer {
  const text = 'The requested resource was not found on this server.';
  return htmlPage(404, 'Not Found', 'Not Found', text);
}

/** Django's redirect to the same path with a final slash. */
export function redirect(status: number, location: string): Answer {
  return {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8', Location: location, ...PAGE_HEADERS },
    body: null,
  };
}

/** Ends a request with this answer. */
export class Refusal extends Error {
  readonly answer: Answer;
  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`answered ${status}`);
    this.answer = json(status, body, headers);
  }
}

/** A refusal with Waldur's usual `{"detail": "…"}`. */
export function refuse(
  status: number,
  detail: string,
  headers: Record<string, string> = {},
): never {
  throw new Refusal(status, { detail }, headers);
}
