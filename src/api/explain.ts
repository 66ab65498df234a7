import { cut } from '../jobs/cut.ts';
import type { WaldurFailure, WaldurRefusal } from './errors.ts';

/**
 * A sentence for the person whose request failed: what Waldur did, and what to do now. Plain text that quotes Waldur.
 * @param outcome what became of the request, if that is certain; by default nothing for a read
 */
export function explainWaldur(
  failure: WaldurFailure,
  outcome = failure.method === 'GET' ? '' : 'Nothing was changed.',
): string {
  const certain = failure.ambiguous ? 'It is not known whether that was done.' : outcome;
  return [reason(failure), certain, advice(failure)].filter((part) => part !== '').join(' ');
}

function reason(failure: WaldurFailure): string {
  switch (failure.kind) {
    case 'timeout':
      return `Waldur did not answer within ${failure.ms / 1000} s.`;
    case 'unreachable':
      return 'Waldur could not be reached.';
    case 'surprise':
      return 'Waldur answered something I don’t understand.';
    case 'refusal':
      return refusalReason(failure);
  }
}

/** How much of what Waldur said is quoted, in characters. */
const LONGEST = 1000;

function refusalReason(failure: WaldurRefusal): string {
  const { status, details } = failure;
  if (isLostAllocation(failure)) return 'You may no longer use this allocation.';
  const quoted = cut(details.join(' '), LONGEST);
  if (status === 401) return `Waldur does not take your token: ${quoted}`;
  if (status === 404) return 'Waldur shows you no such job: it is gone, or you may not see it.';
  if (status === 403)
    return 'You may not do that in Waldur: it needs a right in the job’s project.';
  if (status === 429) return 'Waldur is being asked too much (429).';
  if (status >= 500) return `Waldur failed (it answered ${status}).`;
  const said = quoted === '' ? ` (${status})` : `: ${quoted}`;
  return `Waldur refused it${said}${/[.!?…]$/.test(said) ? '' : '.'}`;
}

/** If a person may no longer see a project or a cluster, Waldur calls its hyperlink invalid (recorded). */
function isLostAllocation({ status, fieldErrors }: WaldurRefusal): boolean {
  const { project = [], service_settings: settings = [] } = fieldErrors;
  return status === 400 && /invalid hyperlink/i.test([...project, ...settings].join(' '));
}

function advice(failure: WaldurFailure): string {
  if (failure.kind === 'surprise') return 'Tell the people who run the bot.';
  if (failure.kind !== 'refusal')
    return failure.ambiguous ? 'Look before you try again.' : 'Try again in a minute.';
  const { status, retryAfterS } = failure;
  if (isLostAllocation(failure)) return failure.method === 'POST' ? 'Choose another one.' : '';
  if (status === 429 || retryAfterS !== null) return `Try again in ${retryAfterS ?? 60} s.`;
  if (failure.status === 401) return 'Use /slurm connect.';
  if (failure.status === 403) return 'Ask an administrator of the project.';
  return failure.status >= 500 ? 'Try again later.' : '';
}
