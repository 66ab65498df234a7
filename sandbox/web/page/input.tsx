import { useId } from 'react';
import { z } from 'zod';
import { AnyElement } from './elements.tsx';
import { Unknown } from './unknown.tsx';
import { type AnyBlock, plain } from './view-shapes.ts';

const input = z.object({
  label: plain,
  hint: plain.optional(),
  optional: z.boolean().optional(),
  element: z.looseObject({ type: z.string() }),
});

/** A label, the field below it, and its hint. */
export function InputBlock({ block }: { block: AnyBlock }) {
  const id = useId();
  const known = input.safeParse(block);
  if (!known.success) return <Unknown part={block} why="an input" />;
  const { label, hint, optional, element } = known.data;
  const hintId = hint === undefined ? undefined : `${id}-hint`;
  const parts = (
    <>
      <AnyElement element={element} id={id} aria-describedby={hintId} />
      {hint && (
        <p id={hintId} className="hint">
          {hint.text}
        </p>
      )}
    </>
  );
  const title = (
    <>
      {label.text} {optional && <span className="optional">(optional)</span>}
    </>
  );
  // Several boxes to tick share one label.
  return element.type === 'checkboxes' || element.type === 'radio_buttons' ? (
    <fieldset className="input">
      <legend>{title}</legend>
      {parts}
    </fieldset>
  ) : (
    <div className="input">
      <label htmlFor={id}>{title}</label>
      {parts}
    </div>
  );
}
