import { statSync } from 'node:fs';
import { resolve } from 'node:path';

/** False on Windows, which has no such modes. There, the folder's rights have to be enough. */
const hasModes = process.platform !== 'win32';

/** Others can open files that only the bot may open. The message contains the command that mends it. */
export class LooseFiles extends Error {
  override readonly name = 'LooseFiles';
}

/** True if anybody besides the owner can open a file or folder of this mode. */
export function isLoose(mode: number): boolean {
  return hasModes && (mode & 0o077) !== 0;
}

/** The command that closes those files and folders that others can open; null if there are none. */
export function chmodLine(paths: readonly string[]): string | null {
  const loose = paths.flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat !== undefined && isLoose(stat.mode) ? [{ path, isFolder: stat.isDirectory() }] : [];
  });
  const commands = Map.groupBy(loose, ({ isFolder }) => (isFolder ? 'chmod 700' : 'chmod 600'));
  const lines = [...commands].map(([command, found]) =>
    [command, ...found.map(({ path }) => quoted(resolve(path)))].join(' '),
  );
  return lines.length === 0 ? null : lines.join(' && ');
}

/** A path as one word for a shell. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
