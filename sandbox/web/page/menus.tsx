import { useId } from 'react';
import type { Of, Option } from './element-shapes.ts';
import { names } from './names.ts';

/** Ids that a label and a hint point at. */
export interface Labelled {
  id?: string | undefined;
  'aria-describedby'?: string | undefined;
}

/** The ⋯ at the end of a row. */
export function Overflow({ options }: { options: Option[] }) {
  const menu = useId();
  return (
    <div className="overflow">
      <button type="button" className="button" aria-label="More actions" popoverTarget={menu}>
        ⋮
      </button>
      <div id={menu} popover="auto">
        {options.map(({ text, value }) => (
          <button type="button" key={value}>
            {text.text}
          </button>
        ))}
      </div>
    </div>
  );
}

/** A menu with its own options, or with those that the bot gives while one types. */
export function Menu({
  element,
  ...labelled
}: Labelled & { element: Of<'static_select' | 'external_select'> }) {
  const { placeholder, options = [], option_groups: groups = [], initial_option: chosen } = element;
  const first = element.type === 'external_select' && chosen ? [chosen] : [];
  return (
    <Select placeholder={placeholder?.text} chosen={chosen?.text.text} {...labelled}>
      {[...first, ...options].map(optionOf)}
      {groups.map(({ label, options }) => (
        <optgroup key={label.text} label={label.text}>
          {options.map(optionOf)}
        </optgroup>
      ))}
    </Select>
  );
}

const optionOf = ({ text, value }: Option) => <option key={value}>{text.text}</option>;

/** A menu of people or conversations. */
export function Picker({
  element,
  ...labelled
}: Labelled & { element: Of<'conversations_select' | 'channels_select' | 'users_select'> }) {
  const id = element.initial_conversation ?? element.initial_channel ?? element.initial_user;
  const chosen = id === undefined ? undefined : (names[id] ?? id);
  return (
    <Select placeholder={element.placeholder?.text} chosen={chosen} {...labelled}>
      {chosen !== undefined && <option>{chosen}</option>}
    </Select>
  );
}

interface SelectProps extends Labelled {
  placeholder: string | undefined;
  chosen: string | undefined;
  children: React.ReactNode;
}

/** A menu without a label, as in a message, is named by its placeholder. */
function Select({ placeholder = 'Choose an option', chosen, children, ...labelled }: SelectProps) {
  return (
    <select
      defaultValue={chosen ?? ''}
      aria-label={labelled.id === undefined ? placeholder : undefined}
      className={chosen === undefined ? 'empty' : ''}
      {...labelled}
    >
      <option value="" hidden>
        {placeholder}
      </option>
      {children}
    </select>
  );
}
