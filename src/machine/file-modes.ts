import { statSync } from 'node:fs';
import { resolve } from 'node:path';

/** Who can open a file, by its mode. Windows keeps no such mode: there, the folder's own rights have to do. */
const hasModes = process.platform !== 'win32';

/** Others can open what has to be the bot's alone; the message has the line to run. */
export class LooseFiles extends Error {
  override readonly name = 'LooseFiles';
}

/** True if anybody besides the owner can open a file or folder of this mode. */
export function isLoose(mode: number): boolean {
  return hasModes && (mode & 0o077) !== 0;
}

/** The one line that closes those of these files and folders which others can open; null if all are closed. */
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

/** A path as one word of a shell. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
