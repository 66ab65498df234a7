import { z } from 'zod';
import { Drawn } from './drawn.tsx';
import { AnyElement } from './elements.tsx';
import { InputBlock } from './input.tsx';
import type { AnyBlock } from './view-shapes.ts';

interface BlocksProps {
  blocks: AnyBlock[];
  now: Date;
}

/** The blocks of a message or view, one under the other. */
export function Blocks({ blocks, now }: BlocksProps) {
  return (
    <div className="blocks">
      {blocks.map((block, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a block may have no id, and its place never changes.
        <OneBlock key={place} block={block} now={now} />
      ))}
    </div>
  );
}

const actions = z.object({ type: z.literal('actions'), elements: z.array(z.unknown()) });
const withAccessory = z.looseObject({
  type: z.literal('section'),
  accessory: z.looseObject({ type: z.string() }),
});

/** We draw what one can press or fill in, and the library draws the rest. */
function OneBlock({ block, now }: { block: AnyBlock; now: Date }) {
  if (block.type === 'input') return <InputBlock block={block} />;
  const row = actions.safeParse(block);
  if (row.success) return <Actions elements={row.data.elements} />;
  const section = withAccessory.safeParse(block);
  if (!section.success || section.data.accessory.type === 'image') {
    return <Drawn block={block} now={now} />;
  }
  const { accessory, ...rest } = section.data;
  return (
    <div className="with-accessory">
      <Drawn block={rest} now={now} />
      <AnyElement element={accessory} />
    </div>
  );
}

function Actions({ elements }: { elements: unknown[] }) {
  return (
    <div className="actions">
      {elements.map((element, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above.
        <AnyElement key={place} element={element} />
      ))}
    </div>
  );
}
