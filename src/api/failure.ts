import { type Asked, WaldurTimeout, WaldurUnreachable } from './errors.ts';

interface Circumstances extends Asked {
  /** Whether a first byte may have been written. */
  begun: boolean;
  timeoutMs: number;
  deadlineMs: number;
}

/** undici's timeouts: connecting, waiting for the first byte, waiting for the next one. */
const TIMEOUTS = ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];

/** Our error for what undici threw: no answer came, or not all of it. */
export function failureOf(
  error: unknown,
  { method, path, begun, timeoutMs, deadlineMs }: Circumstances,
): WaldurTimeout | WaldurUnreachable {
  const facts = { method, path, ambiguous: begun && method !== 'GET' };
  const code = textAt(error, 'code');
  if (TIMEOUTS.includes(code)) return new WaldurTimeout({ ...facts, ms: timeoutMs });
  if (textAt(error, 'name') === 'TimeoutError') {
    return new WaldurTimeout({ ...facts, ms: deadlineMs });
  }
  return new WaldurUnreachable({ ...facts, code }, error);
}

function textAt(error: unknown, key: 'code' | 'name'): string {
  const value: unknown = typeof error === 'object' && error !== null && Reflect.get(error, key);
  return typeof value === 'string' ? value : '';
}
