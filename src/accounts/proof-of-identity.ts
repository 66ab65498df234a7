import { z } from 'zod';
import type { Answer } from '../api/answer.ts';
import { isWaldurFailure, WaldurSurprise } from '../api/errors.ts';
import { IMPERSONATOR, type Send, type WaldurRequest } from '../api/http.ts';
import { fields } from '../api/read-page.ts';

/**
 * What users/me has proven in this process, by the expected uuid: who impersonates that user, according to the answer's
 * X-impersonator-uuid; null if this Waldur does not send that header.
 */
export type Proofs = Map<string, Promise<string | null>>;

interface ProofParts {
  /** The Waldur uuid of the person to whom every answer must belong. */
  expected: string;
  proofs: Proofs;
  /**
   * Raises the alarm and throws, because Waldur answered as somebody else.
   * @param found whom it answered as (uuid); null if all that is known is that it was not the expected person
   * @param changed true if Waldur may have done what was asked
   */
  mismatch(found: string | null, request: WaldurRequest, changed: boolean): Promise<never>;
}

const someone = z.object({ uuid: z.string() });

/**
 * Accepts only answers that are proven to be the expected person's, because X-Impersonated-User-Uuid silently falls
 * back to the staff user (recorded).
 * - Once in this process, users/me under the same header must name the expected person.
 * - If that answer says who impersonates, every later answer must say so too: this proves that somebody is
 *   impersonated, and users/me has proven who.
 * - If it does not, and for refusals without the header (a proxy's), users/me is asked again after each answer, and
 *   before each change. So it is after a file without the header: another part of Waldur serves files.
 * - After one answer to somebody else, nothing more is sent.
 */
export function withProof(send: Send, { expected, proofs, mismatch }: ProofParts): Send {
  /** The uuid of the person whom Waldur answered instead. */
  const betrayals: (string | null)[] = [];

  function betray(found: string | null, request: WaldurRequest, changed: boolean) {
    betrayals.push(found);
    proofs.delete(expected);
    return mismatch(found, request, changed);
  }

  async function goOnUnlessBetrayed(request: WaldurRequest): Promise<void> {
    const [found] = betrayals;
    if (found !== undefined) await mismatch(found, request, false);
  }

  async function prove(request: WaldurRequest, changed = false): Promise<string | null> {
    const target = '/api/users/me/';
    const answer = await send({ method: 'GET', target, query: fields(['uuid']) });
    const { uuid } = answer.read(someone);
    return uuid === expected ? answer.header(IMPERSONATOR) : betray(uuid, request, changed);
  }

  function proveOnce(request: WaldurRequest): Promise<string | null> {
    const known = proofs.get(expected);
    if (known !== undefined) return known;
    const proof = prove(request);
    proofs.set(expected, proof);
    proof.catch(() => proofs.delete(expected));
    return proof;
  }

  /** A change may have been made for somebody unknown: its error is ambiguous, so that the caller looks for the job. */
  async function proveAnswer(request: WaldurRequest): Promise<void> {
    if (request.method === 'GET') {
      await prove(request);
      return;
    }
    try {
      await prove(request, true);
    } catch (error) {
      throw betrayals.length > 0 ? error : unproven(request);
    }
  }

  return async (request) => {
    await goOnUnlessBetrayed(request);
    const isChange = request.method !== 'GET';
    const impersonator = await proveOnce(request);
    const isSaid = (header: string | null) => impersonator !== null && header === impersonator;
    if (impersonator === null && isChange) await prove(request);
    await goOnUnlessBetrayed(request);
    let answer: Answer;
    try {
      answer = await send(request);
    } catch (error) {
      // A refusal is an answer, too. If no answer came, there is nothing to prove.
      const isAnswer = isWaldurFailure(error) && error.kind === 'refusal';
      if (isAnswer && !isSaid(error.impersonator)) await proveAnswer(request);
      throw error;
    }
    if (isSaid(answer.header(IMPERSONATOR))) return answer;
    const isFile = request.fileBytes !== undefined;
    if (impersonator !== null && !isFile) return betray(null, request, isChange);
    await proveAnswer(request);
    return answer;
  };
}

const unproven = ({ method, target }: WaldurRequest) =>
  new WaldurSurprise({
    method,
    path: target,
    ambiguous: true,
    status: null,
    problem: 'its answer could not be proven to be for the right person',
  });
