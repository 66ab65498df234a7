import { z } from 'zod';
import { initialIsOffered, oneSource, option, optionGroup } from './menu-options.ts';
import { problemsWith, type Refusal, refuse } from './problems.ts';
import { string } from './text-objects.ts';
import { actionable, confirmable, focusable, limited, placeholdable } from './traits.ts';

// Select and multi-select menus.

const menu = { ...actionable, ...confirmable, ...focusable, ...placeholdable };
const encodedId = string(255, 1);
const encodedIds = z.array(encodedId).optional();

const offered = {
  options: z.array(option).min(1).max(100).optional(),
  option_groups: z.array(optionGroup).min(1).max(100).optional(),
};

const staticSelect = z
  .strictObject({
    type: z.literal('static_select'),
    ...offered,
    initial_option: option.optional(),
    ...menu,
  })
  .superRefine(oneSource)
  .superRefine(initialIsOffered);

const multiStaticSelect = z
  .strictObject({
    type: z.literal('multi_static_select'),
    ...offered,
    initial_options: z.array(option).min(1).max(100).optional(),
    ...limited,
    ...menu,
  })
  .superRefine(oneSource)
  .superRefine(initialIsOffered);

const queried = { min_query_length: z.int().min(0).optional() };

const externalSelect = z.strictObject({
  type: z.literal('external_select'),
  initial_option: option.optional(),
  ...queried,
  ...menu,
});

const multiExternalSelect = z.strictObject({
  type: z.literal('multi_external_select'),
  initial_options: z.array(option).min(1).max(100).optional(),
  ...queried,
  ...limited,
  ...menu,
});

const usersSelect = z.strictObject({
  type: z.literal('users_select'),
  initial_user: encodedId.optional(),
  ...menu,
});

const multiUsersSelect = z.strictObject({
  type: z.literal('multi_users_select'),
  initial_users: encodedIds,
  ...limited,
  ...menu,
});

const filter = z
  .strictObject({
    include: z
      .array(z.enum(['im', 'mpim', 'private', 'public']))
      .min(1)
      .optional(),
    exclude_external_shared_channels: z.boolean().optional(),
    exclude_bot_users: z.boolean().optional(),
  })
  .refine((f) => Object.keys(f).length > 0, 'must provide at least one filter');

const conversations = {
  default_to_current_conversation: z.boolean().optional(),
  filter: filter.optional(),
};

const conversationsSelect = z.strictObject({
  type: z.literal('conversations_select'),
  initial_conversation: encodedId.optional(),
  ...conversations,
  ...menu,
});

const multiConversationsSelect = z.strictObject({
  type: z.literal('multi_conversations_select'),
  initial_conversations: encodedIds,
  ...conversations,
  ...limited,
  ...menu,
});

const channelsSelect = z.strictObject({
  type: z.literal('channels_select'),
  initial_channel: encodedId.optional(),
  ...menu,
});

const multiChannelsSelect = z.strictObject({
  type: z.literal('multi_channels_select'),
  initial_channels: encodedIds,
  ...limited,
  ...menu,
});

const others = [staticSelect, externalSelect, usersSelect] as const;

export const selects = [...others, conversationsSelect, channelsSelect] as const;

const respondable = { response_url_enabled: z.boolean().optional() };

/** `response_url_enabled` works only in input blocks of modals (Slack's reference). */
export const modalSelects = [
  ...others,
  conversationsSelect.extend(respondable),
  channelsSelect.extend(respondable),
] as const;

export const multiSelects = [
  multiStaticSelect,
  multiExternalSelect,
  multiUsersSelect,
  multiConversationsSelect,
  multiChannelsSelect,
] as const;

/** An answer without options is valid: Slack then says that nothing was found. */
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
