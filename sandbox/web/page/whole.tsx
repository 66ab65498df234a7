import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { names } from './names.ts';
import { missing, textsIn } from './said.ts';
import { Unknown } from './unknown.tsx';

interface WholeProps {
  /** The view as the bot sent it. */
  view: unknown;
  now: Date;
  children: ReactNode;
}

/** A view as it is drawn, and below it each text that the drawing lost, so that nothing is left out silently. */
export function Whole({ view, now, children }: WholeProps) {
  const drawn = useRef<HTMLDivElement>(null);
  const [lost, setLost] = useState<string[]>([]);
  useLayoutEffect(() => {
    if (drawn.current === null) return;
    const texts = textsIn(view, { names, now: () => now });
    setLost(missing(texts, shownIn(drawn.current)));
  }, [view, now]);
  return (
    <>
      <div className="surface" ref={drawn}>
        {children}
      </div>
      {lost.map((text) => (
        <Unknown key={text} part={text} why="this text" />
      ))}
    </>
  );
}

function shownIn(surface: HTMLElement): string {
  const fields = [...surface.querySelectorAll('input, textarea')];
  const typed = fields.map((field) => [field.getAttribute('placeholder'), typedIn(field)]);
  const groups = [...surface.querySelectorAll('optgroup')].map(({ label }) => label);
  return [surface.textContent, ...typed.flat(), ...groups].join('\n');
}

const typedIn = (field: Element): string =>
  field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value : '';
