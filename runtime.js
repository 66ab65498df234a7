// Loaded before everything else, on whatever Node there is: keep the syntax old.
// The right Node comes with `npm ci` for Linux, macOS and Windows (optionalDependencies); elsewhere it does not.
import { lstatSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = 24;
const [major] = process.versions.node.split('.');
if (Number(major) < needed) {
  console.error(
    `Slurm for Slack needs Node ${needed} or later, and this is ${process.versions.node}. ` +
      'Run "npm ci" without --omit=optional; if your platform is not among the optionalDependencies of package.json, install Node yourself.',
  );
  process.exit(1);
}
// What is compiled and stripped of types is kept, so that the next start is quicker and needs less memory. It is run
// without another look: who can write to that folder runs code as the bot. Node's own default is a folder for everybody.
const chosen = module.getCompileCacheDir();
if (chosen === undefined) {
  const folder = ownFolder();
  if (folder !== null) {
    module.enableCompileCache(folder);
    // Node writes it at the end only, which a bot that is killed never sees.
    setTimeout(() => module.flushCompileCache(), 2000).unref();
  }
} else if (!isPrivate(dirname(chosen))) {
  // Node took it from NODE_COMPILE_CACHE before this file, and cannot be made to leave it.
  console.error(
    `NODE_COMPILE_CACHE is a folder that others can open: ${dirname(chosen)}. ` +
      'Unset it, or give it a folder of your own with mode 700.',
  );
  process.exit(1);
}

/** The checkout's data/compile-cache; null if it cannot be made, or is not ours alone. */
function ownFolder() {
  const folder = join(dirname(fileURLToPath(import.meta.url)), 'data', 'compile-cache');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return isPrivate(dirname(folder)) && isPrivate(folder) ? folder : null;
  } catch {
    return null;
  }
}

/** True if this is a folder, and no link to one, that only the bot's own user can open. */
function isPrivate(folder) {
  const { uid, mode } = lstatSync(folder);
  // 0o40000: a folder. Windows has neither users nor modes to go by.
  return process.getuid !== undefined && uid === process.getuid() && (mode & 0o170077) === 0o40000;
}
