/** A rotation that is killed right after its nth step: `node rotate-killed.ts DATABASE KEY_FILE WALDUR_URL N`. */
import { rotateKeys } from '../../src/accounts/rotate-keys.ts';
import { openDatabase } from '../../src/store/database.ts';

const [path = '', keyFile = '', waldurUrl = '', last = ''] = process.argv.slice(2);
const db = await openDatabase(path);
let steps = 0;
await rotateKeys({
  db,
  keyFile,
  waldurUrl,
  told({ done }) {
    process.stdout.write(`${done}\n`);
    steps += 1;
    if (steps === Number(last)) process.kill(process.pid, 'SIGKILL');
  },
});
