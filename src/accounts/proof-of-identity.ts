import { z } from 'zod';
import type { Answer } from '../api/answer.ts';
import { isWaldurFailure, WaldurSurprise } from '../api/errors.ts';
import { IMPERSONATOR, type Send, type WaldurRequest } from '../api/http.ts';
import { fields } from '../api/read-page.ts';

/**
 * What users/me has proven in this process, by the uuid for which it was asked: who acts for them, as the answer's
 * X-impersonator-uuid says; null where this Waldur does not say it.
 */
export type Proofs = Map<string, Promise<string | null>>;

export interface ProofParts {
  /** The uuid in Waldur of whom every answer has to be given to. */
  expected: string;
  proofs: Proofs;
  /**
   * Waldur answered as somebody else: raises the alarm, and throws.
   * @param found the uuid of whom it answered as; null where only that it was not for the expected person is known
   * @param changed whether what was asked may have been done
   */
  mismatch(found: string | null, request: WaldurRequest, changed: boolean): Promise<never>;
}

const someone = z.object({ uuid: z.string() });

/**
 * Believes no answer that is not proven to be given to the expected person: X-Impersonated-User-Uuid fails open to
 * the staff user, silently (recorded). Once in this process users/me, asked under the same header, has to name them.
 * Where that answer says who impersonates, every later one has to say it too: it proves that somebody is
 * impersonated, and users/me has proven who that is. Where it does not, and for refusals that do not (a proxy's),
 * users/me is asked again after each answer, and before each change. After one answer to somebody else nothing more
 * is sent.
 */
export function withProof(send: Send, { expected, proofs, mismatch }: ProofParts): Send {
  /** As whom Waldur answered instead. */
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

  /** A change that was made, and for whom cannot be told: that is for the caller to look for. */
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
      // A refusal is an answer too; where none came there is nothing to believe.
      const isAnswer = isWaldurFailure(error) && error.kind === 'refusal';
      if (isAnswer && !isSaid(error.impersonator)) await proveAnswer(request);
      throw error;
    }
    if (impersonator === null) await proveAnswer(request);
    else if (!isSaid(answer.header(IMPERSONATOR))) return betray(null, request, isChange);
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
