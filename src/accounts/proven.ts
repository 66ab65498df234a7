import { isWaldurFailure, WaldurSurprise } from '../api/errors.ts';
import type { Interaction, Send } from '../api/http.ts';
import { readMe } from '../api/waldur.ts';

export interface Proof {
  /** The uuid in Waldur of whom every answer has to be given to. */
  expected: string;
  /**
   * Waldur answered as somebody else: raises the alarm, and throws.
   * @param found the uuid of whom it answered as
   */
  mismatch(found: string, interaction: Interaction): Promise<never>;
}

/**
 * Believes no answer before users/me, asked with the same header after it came, has named the expected person:
 * X-Impersonated-User-Uuid fails open to the staff user, silently (recorded). A change is preceded by such a proof
 * as well. After one answer to somebody else nothing more is sent.
 */
export function proven(send: Send, { expected, mismatch }: Proof): Send {
  let betrayed: string | null = null;

  async function prove(interaction: Interaction): Promise<void> {
    const { uuid } = await readMe(send);
    if (uuid === expected) return;
    betrayed = uuid;
    await mismatch(uuid, interaction);
  }

  return async (interaction) => {
    if (betrayed !== null) return mismatch(betrayed, interaction);
    if (interaction.method === 'GET') return believed(() => send(interaction), interaction, prove);
    await prove(interaction);
    if (betrayed !== null) return mismatch(betrayed, interaction);
    return believed(
      () => send(interaction),
      interaction,
      (asked) => proveChange(() => prove(asked), asked),
    );
  };
}

/** A refusal is an answer too; where none came there is nothing to believe. */
async function believed<T>(
  exchange: () => Promise<T>,
  interaction: Interaction,
  prove: (interaction: Interaction) => Promise<void>,
): Promise<T> {
  let answer: T;
  try {
    answer = await exchange();
  } catch (error) {
    if (isWaldurFailure(error) && error.kind === 'refusal') await prove(interaction);
    throw error;
  }
  await prove(interaction);
  return answer;
}

/** A change that was made, and for whom cannot be told: that is for the caller to look for. */
async function proveChange(prove: () => Promise<void>, interaction: Interaction): Promise<void> {
  try {
    await prove();
  } catch (error) {
    if (!isWaldurFailure(error)) throw error;
    throw new WaldurSurprise({
      method: interaction.method,
      path: interaction.target,
      ambiguous: true,
      status: null,
      problem: 'its answer could not be proven to be for the right person',
    });
  }
}
