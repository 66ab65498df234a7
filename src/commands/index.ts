import type { Command } from '../interaction/command.ts';
import { convert, dismiss } from '../submissions/prompt.ts';
import { disconnect, whoami } from './account.ts';
import { again, retry } from './again.ts';
import { connect } from './connect.ts';
import { deleteRecord } from './delete.ts';
import { edit } from './edit.ts';
import { follow } from './follow.ts';
import { help } from './help.ts';
import { list } from './list.ts';
import { refresh } from './refresh.ts';
import { show } from './show.ts';
import { submit } from './submit.ts';
import { unlink } from './unlink.ts';
import { usage } from './usage.ts';

/** Everything a person can do. To add something, write a file beside this one and list it here. */
export const commands: readonly Command[] = [
  list,
  submit,
  show,
  refresh,
  follow,
  again,
  edit,
  deleteRecord,
  unlink,
  connect,
  disconnect,
  usage,
  whoami,
  help,
  retry,
  convert,
  dismiss,
];
