import { z } from 'zod';
import { oneSource, option, optionGroup } from './menu-options.ts';
import { problemsWith, type Refusal, refuse } from './problems.ts';

/** No options at all is a fine answer: Slack then says that nothing was found. */
const answer = z
  .strictObject({
    options: z.array(option).max(100).optional(),
    option_groups: z.array(optionGroup).max(100).optional(),
  })
  .superRefine(oneSource);

/**
 * Checks the body of the answer to a block_suggestion (parsed JSON). Slack tells the app nothing
 * about a bad one: the person sees that the options could not be loaded.
 * @returns null if Slack would show it; else `invalid_arguments` with the reasons.
 */
export function checkOptions(value: unknown): Refusal | null {
  const problems = problemsWith(answer, value, '');
  return problems.length > 0 ? refuse('invalid_arguments', problems) : null;
}
