import { Message as Library } from 'slack-blocks-to-jsx';
import { slackDate } from '../../demo/plain-text.ts';
import { asLibrary } from './as-library.ts';
import { isDrawn, unknownIn } from './known.ts';
import { channels, members } from './names.ts';
import { Unknown } from './unknown.tsx';
import type { AnyBlock } from './view-shapes.ts';

const data = {
  users: members.map(({ id, real_name }) => ({ id, name: real_name })),
  channels: channels.map(({ id, name }) => ({ id, name })),
};

/** A block as slack-blocks-to-jsx draws it, or the parts that it would leave out. */
export function Drawn({ block: sent, now }: { block: AnyBlock; now: Date }) {
  const block = asLibrary(sent);
  if (!isDrawn(block)) return <Unknown part={block} why={unknownIn(block).join(', ')} />;
  return (
    <Library
      withoutWrapper
      name=""
      logo=""
      blocks={[block]}
      data={data}
      hooks={{
        date: ({ timestamp, format, fallback }) =>
          slackDate(new Date(Number(timestamp) * 1000), format, fallback, now),
      }}
    />
  );
}
