import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** A new id in Slack's form: a letter for the kind, then ten capitals and digits. */
export function newId(prefix: string): string {
  const bytes = randomBytes(10);
  return prefix + Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** A random secret of `bytes` bytes, in hex. */
export const newSecret = (bytes: number): string => randomBytes(bytes).toString('hex');

/** A clock for message timestamps: seconds and microseconds, each later than the one before. */
export function createTsClock(now: () => number = Date.now): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, now() * 1000);
    return `${Math.floor(last / 1_000_000)}.${String(last % 1_000_000).padStart(6, '0')}`;
  };
}

/** Now, in whole seconds since the epoch. */
export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Milliseconds with two decimals, since acknowledgements on one machine take less than one. */
export const hundredths = (ms: number): number => Math.round(ms * 100) / 100;
