import type { ModalView } from '@slack/types';
import { plain, section } from './message.ts';
import { code, named } from './text.ts';

/** Asks once more before a record is deleted, and says what that does not do. */
export function deleteModal(job: {
  uuid: string;
  name: string;
  slurmId: string;
  metadata: string;
}): ModalView {
  const id = job.slurmId === '' ? '' : ` (${code(job.slurmId)})`;
  const stop =
    job.slurmId === ''
      ? 'This does not stop the job if it reached the cluster.'
      : `This does not stop the job on the cluster; ${code(`scancel ${job.slurmId}`)} does.`;
  return {
    type: 'modal',
    callback_id: 'delete',
    title: plain('Delete record'),
    submit: plain('Delete record'),
    close: plain('Keep'),
    private_metadata: job.metadata,
    blocks: [section(`Remove ${named(job.name)}${id} from Waldur? ${stop}`)],
  };
}
