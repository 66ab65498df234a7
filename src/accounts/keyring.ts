import { stat } from 'node:fs/promises';
import { loadKeys } from './key.ts';
import { createSealer, type Sealer } from './seal.ts';

/** Gives the sealer with the current keys: `npm run keys -- rotate` may run while the bot does. */
export type Keyring = () => Promise<Sealer>;

/**
 * Reads the key file (created at the first start), and reads it again whenever it was replaced.
 * @throws KeyFileError when the file cannot be used
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
