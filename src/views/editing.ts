import type { KnownBlock, ModalView } from '@slack/types';
import { plain, section, smallPrint } from './message.ts';
import { descriptionInput, nameInput } from './submitting.ts';

/** The form *Edit job*. */
interface EditForm {
  metadata: string;
  name: string;
  description: string;
  /** True if a new script can be given. */
  upload: boolean;
  /** What to say above the form when it comes back; mrkdwn. */
  problem: string | null;
}

/** Fields for the name, the description and, if this Waldur accepts one, another script. */
export function editModal(form: EditForm): ModalView {
  return {
    type: 'modal',
    callback_id: 'edit',
    title: plain('Edit job'),
    submit: plain('Save'),
    close: plain('Cancel'),
    private_metadata: form.metadata,
    blocks: [
      ...(form.problem === null ? [] : [section(form.problem)]),
      nameInput(form.name, false),
      descriptionInput(form.description),
      ...(form.upload ? [upload] : []),
      smallPrint(
        'This changes Waldur’s record. The job on the cluster keeps its name and its script.',
      ),
    ],
  };
}

const upload: KnownBlock = {
  type: 'input',
  block_id: 'file',
  optional: true,
  label: plain('New script'),
  hint: plain('Empty: the script stays. The job on the cluster keeps the one it started with.'),
  element: { type: 'file_input', action_id: 'file', max_files: 1 },
};
