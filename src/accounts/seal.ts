import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { type Key, type Keys, loadKeys } from './key.ts';

/** Whose token it is, or which script. What was sealed for one does not open for another. */
export interface Owner {
  /** Slack's ids. */
  team: string;
  user: string;
  /** Waldur's origin and base path. */
  origin: string;
}

export interface Sealer {
  /** The text to store: `v1.<key id>.<nonce>.<ciphertext and tag>`, the last two in base64url. */
  seal(plaintext: string, owner: Owner): string;
  /** @throws SealError if it was sealed for somebody else or with an unknown key, or was changed */
  open(sealed: string, owner: Owner): string;
}

/** A stored token cannot be opened. The message contains no part of it. */
export class SealError extends Error {
  override readonly name = 'SealError';
  readonly kind: keyof typeof SENTENCES;

  constructor(kind: keyof typeof SENTENCES) {
    super(SENTENCES[kind]);
    this.kind = kind;
  }
}

const SENTENCES = {
  malformed: 'A sealed token is not in the form in which tokens are sealed.',
  'unknown key': 'A sealed token was sealed with a key that the key file does not hold.',
  'not authentic': 'A sealed token was changed, or was sealed for somebody else.',
};

const VERSION = 'v1';
const CIPHER = 'aes-256-gcm';
/** NIST SP 800-38D recommends 96 bits; random ones are safe for 2^32 tokens a key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals with the first key, opens with all of them. */
export function createSealer(keys: Keys): Sealer {
  return {
    seal: (plaintext, owner) => seal(keys[0], plaintext, owner),
    open(sealed, owner) {
      const { id, nonce, box } = parse(sealed);
      const key = keys.find((one) => one.id === id);
      if (!key) throw new SealError('unknown key');
      return open(key, nonce, box, owner);
    },
  };
}

function seal(key: Key, plaintext: string, owner: Owner): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.secret, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associated(owner));
  const box = [cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return [VERSION, key.id, base64url(nonce), base64url(Buffer.concat(box))].join('.');
}

function open(key: Key, nonce: Buffer, box: Buffer, owner: Owner): string {
  const decipher = createDecipheriv(CIPHER, key.secret, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associated(owner));
  decipher.setAuthTag(box.subarray(-TAG_BYTES));
  const start = decipher.update(box.subarray(0, -TAG_BYTES));
  try {
    return Buffer.concat([start, decipher.final()]).toString('utf8');
  } catch {
    throw new SealError('not authentic');
  }
}

/** A JSON array, so that no two owners give the same bytes. */
function associated({ team, user, origin }: Owner): Buffer {
  return Buffer.from(JSON.stringify([VERSION, team, user, origin]));
}

function parse(sealed: string): { id: string; nonce: Buffer; box: Buffer } {
  const [version, id = '', nonceText = '', boxText = '', ...more] = sealed.split('.');
  const nonce = Buffer.from(nonceText, 'base64url');
  const box = Buffer.from(boxText, 'base64url');
  const fits = nonce.length === NONCE_BYTES && box.length >= TAG_BYTES;
  // Node reads base64url leniently; we accept only the one text that we would write.
  const exact = base64url(nonce) === nonceText && base64url(box) === boxText;
  if (version !== VERSION || more.length > 0 || !fits || !exact) throw new SealError('malformed');
  return { id, nonce, box };
}

/** As whose a pasted script is sealed: it stays readable when its author leaves, and wherever Waldur moves to. */
export function ownerOfScript({ team, key }: { team: string; key: string }): Owner {
  return { team, user: key, origin: 'pasted script' };
}

/** The id of the key that a sealed text names; empty if it names none. */
export function keyIdOf(sealed: string): string {
  return sealed.split('.')[1] ?? '';
}

function base64url(bytes: Buffer): string {
  return bytes.toString('base64url');
}

/** Gives the sealer with the current keys, since `npm run keys -- rotate` may run while the bot does. */
export type Keyring = () => Promise<Sealer>;

/**
 * Reads the key file, which the first start creates, and reads it again whenever it has been replaced.
 * @throws KeyFileError if the file cannot be used
 */
export async function openKeyring(path: string): Promise<Keyring> {
  let sealer = createSealer(await loadKeys(path));
  let version = await versionOf(path);
  return async () => {
    const now = await versionOf(path);
    if (now !== version) {
      sealer = createSealer(await loadKeys(path));
      version = now;
    }
    return sealer;
  };
}

async function versionOf(path: string): Promise<string> {
  const { ino, mtimeMs } = await stat(path);
  return `${ino} ${mtimeMs}`;
}
