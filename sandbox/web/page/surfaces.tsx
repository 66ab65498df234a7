import { format } from 'date-fns';
import { useId } from 'react';
import { Blocks } from './blocks.tsx';
import { BOT_NAME } from './names.ts';
import type { Home, Message, Modal } from './view-shapes.ts';

/** The bot's message in a conversation. */
export function BotMessage({ message, now }: { message: Message; now: Date }) {
  return (
    <article className="message">
      <Avatar />
      <div>
        <header>
          <strong>{BOT_NAME}</strong> <span className="app">APP</span>{' '}
          <time dateTime={now.toISOString()}>{format(now, 'HH:mm')}</time>
        </header>
        <Blocks blocks={message.blocks} now={now} />
      </div>
    </article>
  );
}

/** A form over the conversation. */
export function ModalView({ modal, now }: { modal: Modal; now: Date }) {
  const title = useId();
  return (
    <section className="modal" role="dialog" aria-labelledby={title}>
      <header>
        <Avatar />
        <h2 id={title}>{modal.title.text}</h2>
        <button type="button" aria-label="Close">
          ✕
        </button>
      </header>
      <div className="modal-body">
        <Blocks blocks={modal.blocks} now={now} />
      </div>
      <footer>
        <button type="button" className="button">
          {modal.close?.text ?? 'Cancel'}
        </button>
        {modal.submit && (
          <button type="button" className="button primary">
            {modal.submit.text}
          </button>
        )}
      </footer>
    </section>
  );
}

/** The app's own page. */
export function HomeView({ home, now }: { home: Home; now: Date }) {
  return (
    <section className="home" aria-label={`${BOT_NAME}: Home`}>
      <header>
        <Avatar />
        <strong>{BOT_NAME}</strong>
        <span>Home</span>
        <span>Messages</span>
        <span>About</span>
      </header>
      <Blocks blocks={home.blocks} now={now} />
    </section>
  );
}

function Avatar() {
  return (
    <span className="avatar" aria-hidden="true">
      S
    </span>
  );
}
