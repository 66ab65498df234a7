import type { ModalView } from '@slack/types';
import { isEnd, type Phase } from '../jobs/phase.ts';
import { plain, section } from './message.ts';
import { code, named } from './text.ts';

/** A job whose record is about to be removed. */
export interface Removal {
  name: string;
  slurmId: string;
  phase: Phase;
  metadata: string;
}

/** Asks once more before a record is deleted, and says what that does not do. */
export function deleteModal(job: Removal): ModalView {
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
    blocks: [section(`Remove ${nameWithId(job)} from Waldur? ${stop}`)],
  };
}

/** Asks once more before a record is unlinked, and says what that does and does not do. */
export function unlinkModal(job: Removal): ModalView {
  const { slurmId } = job;
  const goesOn =
    slurmId === ''
      ? 'If the job reached the cluster, it goes on there'
      : `The job goes on in Slurm; ${code(`scancel ${slurmId}`)} stops it`;
  const stop =
    isEnd(job.phase) && slurmId !== ''
      ? 'The job has left the queue.'
      : `${goesOn}, and Waldur may meet it there and make a new record.`;
  return {
    type: 'modal',
    callback_id: 'unlink',
    title: plain('Unlink record'),
    submit: plain('Unlink record'),
    close: plain('Keep'),
    private_metadata: job.metadata,
    blocks: [
      section(`Take ${nameWithId(job)} out of Waldur’s database?`),
      section(
        `For records that are stuck: Waldur does not look at their state and does not ask the cluster. ${stop} Only Waldur’s staff can do this.`,
      ),
    ],
  };
}

function nameWithId({ name, slurmId }: Removal): string {
  return slurmId === '' ? named(name) : `${named(name)} (${code(slurmId)})`;
}
