// What Slack refuses: Block Kit and text of messages, views, and answers with options.
export { checkMessage } from './check-message.ts';
export type { Refusal } from './problems.ts';
export { checkOptions } from './suggestions.ts';
export { checkView } from './view.ts';
