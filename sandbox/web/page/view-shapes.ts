import { z } from 'zod';

/** Any block. Its contents are read where it is drawn, so that an unknown one can still be shown. */
export const block = z.looseObject({ type: z.string() });
export type AnyBlock = z.infer<typeof block>;

/** Slack takes mrkdwn neither in titles and labels nor in menus. */
export const plain = z.object({ type: z.literal('plain_text'), text: z.string() });

const message = z.object({ text: z.string(), blocks: z.array(block) });
export type Message = z.infer<typeof message>;

const modal = z.object({
  type: z.literal('modal'),
  title: plain,
  submit: plain.optional(),
  close: plain.optional(),
  blocks: z.array(block),
});
export type Modal = z.infer<typeof modal>;

const home = z.object({ type: z.literal('home'), blocks: z.array(block) });
export type Home = z.infer<typeof home>;

/** The contents of the page: messages and views by name, and the time there. */
export const gallery = z.object({
  now: z.iso.datetime(),
  messages: z.record(z.string(), message),
  views: z.record(z.string(), z.discriminatedUnion('type', [modal, home])),
});
export type Views = z.infer<typeof gallery>;
