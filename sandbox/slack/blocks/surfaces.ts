import { z } from 'zod';
import { input, modalInput } from './input-block.ts';
import {
  actions,
  context,
  contextActions,
  divider,
  file,
  header,
  image,
  markdown,
  section,
  video,
} from './layout.ts';
import { alert, card, carousel, container, plan, taskCard } from './newer.ts';
import { richText } from './rich-text.ts';
import { dataTable, table } from './tables.ts';

// Which blocks Slack takes on which surface ("Available in surfaces" of its reference).

const everywhere = [actions, context, divider, header, image, richText, section, video] as const;

/** Blocks of a message: at most 50. */
export const messageBlocks = z
  .array(
    z.discriminatedUnion('type', [
      ...everywhere,
      input,
      contextActions,
      file,
      markdown,
      table,
      dataTable,
      card,
      carousel,
      container,
      taskCard,
      plan,
    ]),
  )
  .max(50);

/** Blocks of a modal: at most 100. Alerts are for modals alone. */
export const modalBlocks = z
  .array(z.discriminatedUnion('type', [...everywhere, modalInput, alert]))
  .max(100);

/** Blocks of a Home tab: at most 100. */
export const homeBlocks = z
  .array(z.discriminatedUnion('type', [...everywhere, input, card, carousel, container]))
  .max(100);
