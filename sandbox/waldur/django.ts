import { authenticate } from './auth.ts';
import type { Call } from './call.ts';
import { type Answer, json, notFoundPage, Refusal, redirect, refuse } from './http-answer.ts';
import { inLanguage, wantedLanguage } from './languages.ts';
import type { Route } from './routes.ts';
import type { Site } from './site.ts';
import type { User } from './world.ts';

/** An answer and its recipient. */
export interface Answered {
  answer: Answer;
  user: User | null;
}

/** Answers a request in Django's order: path, token, method, then the endpoint. */
export function answerCall(site: Site, routes: Route[], call: Call): Answered {
  const { answer, user } = answerIn(site, routes, call);
  const language = wantedLanguage(call.headers['accept-language'], site.behaviour.language);
  return { answer: inLanguage(answer, language), user };
}

function answerIn(site: Site, routes: Route[], call: Call): Answered {
  const found = findRoute(routes, call.path);
  if (found) return answerRoute(site, found.route, found.id, call);
  const query = call.query.size > 0 ? `?${call.query}` : '';
  const answer = findRoute(routes, `${call.path}/`)
    ? redirect(301, `${call.path}/${query}`)
    : notFoundPage();
  return { answer, user: null };
}

function findRoute(routes: Route[], path: string): { route: Route; id: string } | null {
  for (const route of routes) {
    const match = route.path.exec(path);
    if (match) return { route, id: match[1] ?? '' };
  }
  return null;
}

function answerRoute(site: Site, route: Route, id: string, call: Call): Answered {
  let user: User | null = null;
  const extra: Record<string, string> = {};
  try {
    if (route.open) return { answer: allowed(route, readable(call, route.open(call, id))), user };
    const caller = authenticate(site.world, site.clock, call.headers);
    user = caller.user;
    if (caller.impersonator) extra['X-impersonator-uuid'] = caller.impersonator.uuid;
    const render = renderer(call);
    const answer = runMethod(route, call, (endpoint) => endpoint({ ...call, caller }, id));
    return { answer: withHeaders(allowed(route, render(answer)), extra), user };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { answer: withHeaders(allowed(route, error.answer), extra), user };
  }
}

type Endpoint = NonNullable<Route['methods']['GET']>;

function runMethod(route: Route, call: Call, run: (endpoint: Endpoint) => Answer): Answer {
  const { GET, POST, PUT, PATCH, DELETE } = route.methods;
  const endpoints: Record<string, Endpoint | undefined> = {
    GET,
    HEAD: GET,
    POST,
    PUT,
    PATCH,
    DELETE,
  };
  if (call.method === 'OPTIONS') return json(200, {});
  const endpoint = endpoints[call.method];
  return endpoint ? run(endpoint) : refuse(405, `Method "${call.method}" not allowed.`);
}

function readable(call: Call, answer: Answer): Answer {
  if (call.method === 'GET' || call.method === 'HEAD') return answer;
  return refuse(405, `Method "${call.method}" not allowed.`);
}

/** Every answer of the API carries `Allow`; Django's own pages do not. */
function allowed(route: Route, answer: Answer): Answer {
  const isPage = answer.headers.Vary === 'Accept-Language, Cookie';
  return isPage ? answer : withHeaders(answer, { Allow: route.allow });
}

function withHeaders(answer: Answer, headers: Record<string, string>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/**
 * A caller who wants HTML gets DRF's browsable page. One who wants neither HTML nor JSON gets 406 before anything is
 * done.
 */
function renderer(call: Call): (answer: Answer) => Answer {
  const accept = call.headers.accept ?? '*/*';
  if (/\*\/\*|application\/(json|\*)/.test(accept)) return (answer) => answer;
  if (accept.includes('text/html')) return browsablePage;
  return refuse(406, 'Could not satisfy the request Accept header.');
}

function browsablePage(answer: Answer): Answer {
  if (answer.body === null) return answer;
  const text = escapeHtml(answer.body.toString('utf8'));
  const head = '  <head>\n    <title>Waldur</title>\n  </head>';
  const page = `\n\n\n\n<!DOCTYPE html>\n<html>\n${head}\n  <body><pre>${text}</pre></body>\n</html>\n`;
  return {
    ...answer,
    headers: {
      ...answer.headers,
      'Content-Type': 'text/html; charset=utf-8',
      Vary: 'Accept, Cookie, Accept-Language',
      'Set-Cookie': 'csrftoken=sandbox; Path=/; SameSite=Lax',
    },
    body: Buffer.from(page),
  };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
