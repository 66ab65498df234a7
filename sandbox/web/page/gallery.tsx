import { z } from 'zod';
import { plainText } from '../../demo/plain-text.ts';
import { type Option, option } from './element-shapes.ts';
import { names } from './names.ts';
import { BotMessage, HomeView, ModalView } from './surfaces.tsx';
import type { Home, Message, Modal, Views } from './view-shapes.ts';
import { Whole } from './whole.tsx';

type View = Message | Modal | Home;

/**
 * Every view under its name, with the parts that one does not see at once: the announced text and the options of menus.
 */
export function Gallery({ now, messages, views }: Views) {
  const all = [
    ...Object.entries<View>(messages),
    ...Object.entries<View>(views).map(([name, view]): [string, View] => [`form ${name}`, view]),
  ];
  return (
    <main>
      {all.map(([name, view]) => (
        <Picture key={name} name={name} view={view} now={new Date(now)} />
      ))}
    </main>
  );
}

function Picture({ name, view, now }: { name: string; view: View; now: Date }) {
  return (
    <figure data-name={name}>
      <figcaption>
        <strong>{name}</strong>
        {'text' in view && <p>text: {plainText(view.text, { names, now: () => now })}</p>}
        {offers(view.blocks).map((line) => (
          <p key={line}>⋮ {line}</p>
        ))}
      </figcaption>
      <Whole view={view} now={now}>
        <Surface view={view} now={now} />
      </Whole>
    </figure>
  );
}

function Surface({ view, now }: { view: View; now: Date }) {
  if ('text' in view) return <BotMessage message={view} now={now} />;
  if (view.type === 'modal') return <ModalView modal={view} now={now} />;
  return <HomeView home={view} now={now} />;
}

const menu = z.object({ options: z.array(option) }).or(
  z.object({ initial_option: option }).transform(({ initial_option }) => ({
    options: [initial_option],
  })),
);

/** The options of menus and checkboxes, each once. */
function offers(part: unknown): string[] {
  const known = menu.safeParse(part);
  if (known.success) return [known.data.options.map(offer).join(' · ')];
  const inner = typeof part === 'object' && part !== null ? Object.values(part) : [];
  return [...new Set(inner.flatMap(offers))];
}

const offer = ({ text, description }: Option): string =>
  description === undefined ? text.text : `${text.text} (${description.text})`;
