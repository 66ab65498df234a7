import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { anyText, plainText, string, url } from './text-objects.ts';

// Options and option groups of menus, checkboxes and radio buttons.

const value = string(75, 1);
const description = plainText(75).optional();

/** An option of a select or multi-select menu, or of an answer to a block_suggestion. */
export const option = z.strictObject({ text: plainText(75), value, description });

/** An option of an overflow menu, the only kind that may carry a `url`. */
export const overflowOption = option.extend({ url: url.optional() });

/** An option of checkboxes or radio buttons, the only kinds that may use mrkdwn. */
export const choice = z.strictObject({
  text: anyText(75),
  value,
  description: anyText(75).optional(),
});

/** A labelled group of up to 100 options. */
export const optionGroup = z.strictObject({
  label: plainText(75),
  options: z.array(option).min(1).max(100),
});

type Offer = {
  options?: unknown[] | undefined;
  option_groups?: { options: unknown[] }[] | undefined;
};

/** Slack wants exactly one of `options` and `option_groups`. */
export function oneSource(menu: Offer, ctx: z.RefinementCtx): void {
  const given = [menu.options, menu.option_groups].filter((source) => source !== undefined);
  if (given.length === 1) return;
  const message =
    given.length === 0
      ? 'missing required field: options'
      : 'only one of `options` and `option_groups` is allowed';
  ctx.addIssue({ code: 'custom', message });
}

type Preselected = Offer & {
  initial_option?: unknown;
  initial_options?: unknown[] | undefined;
};

/** What is chosen at first must equal one of the options, in all its fields. */
export function initialIsOffered(menu: Preselected, ctx: z.RefinementCtx): void {
  const offered = menu.options ?? menu.option_groups?.flatMap((group) => group.options) ?? [];
  const refuseUnless = (chosen: unknown, path: (string | number)[]) => {
    if (offered.some((candidate) => isDeepStrictEqual(candidate, chosen))) return;
    ctx.addIssue({ code: 'custom', message: 'must exactly match one of the options', path });
  };
  if (menu.initial_option !== undefined) refuseUnless(menu.initial_option, ['initial_option']);
  menu.initial_options?.forEach((chosen, i) => {
    refuseUnless(chosen, ['initial_options', i]);
  });
}
