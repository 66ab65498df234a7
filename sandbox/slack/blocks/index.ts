// What Slack refuses: Block Kit and text of messages, views, and answers with options.
export { checkMessage } from './check-message.ts';
export { checkOptions } from './menus.ts';
export type { Refusal } from './problems.ts';
export { checkView } from './view.ts';
