// Loaded before everything else, on whatever Node there is: keep the syntax old.
// The right Node comes with `npm ci` for Linux, macOS and Windows (optionalDependencies); elsewhere it does not.
import module from 'node:module';

const needed = 24;
const [major] = process.versions.node.split('.');
if (Number(major) < needed) {
  console.error(
    `Slurm for Slack needs Node ${needed} or later, and this is ${process.versions.node}. ` +
      'Run "npm ci" without --omit=optional; if your platform is not among the optionalDependencies of package.json, install Node yourself.',
  );
  process.exit(1);
}
// Keeps what was compiled and stripped of types, so that the next start needs a fifth less memory.
module.enableCompileCache();
