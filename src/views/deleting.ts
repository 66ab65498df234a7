import type { ModalView } from '@slack/types';
import { isEnd, type Phase } from '../jobs/phase.ts';
import { plain, section } from './message.ts';
import { code, named } from './text.ts';

/** Asks once more before a record is deleted, and says what that does not do. */
export function deleteModal(job: {
  uuid: string;
  name: string;
  slurmId: string;
  phase: Phase;
  metadata: string;
}): ModalView {
  const id = job.slurmId === '' ? '' : ` (${code(job.slurmId)})`;
  const { slurmId } = job;
  const goesOn =
    slurmId === ''
      ? 'This does not stop the job if it reached the cluster.'
      : `This does not stop the job on the cluster; ${code(`scancel ${slurmId}`)} does.`;
  const stop = isEnd(job.phase) && slurmId !== '' ? 'The job has left the queue.' : goesOn;
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
