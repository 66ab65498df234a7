import { useId } from 'react';
import { type Element, type Of, element as shape } from './element-shapes.ts';
import { type Labelled, Menu, Overflow, Picker } from './menus.tsx';
import { Unknown } from './unknown.tsx';

/** Something to press, choose or fill in; one that is not known is told as such. */
export function AnyElement({ element, ...labelled }: Labelled & { element: unknown }) {
  const known = shape.safeParse(element);
  if (!known.success) return <Unknown part={element} why={typeOf(element)} />;
  return <Drawn element={known.data} {...labelled} />;
}

const typeOf = (part: unknown): string =>
  typeof part === 'object' && part !== null && 'type' in part ? String(part.type) : 'an element';

function Drawn({ element, ...labelled }: Labelled & { element: Element }) {
  switch (element.type) {
    case 'button':
      return <Button {...element} />;
    case 'overflow':
      return <Overflow options={element.options} />;
    case 'static_select':
    case 'external_select':
    case 'multi_static_select':
    case 'multi_external_select':
      return <Menu element={element} {...labelled} />;
    case 'conversations_select':
    case 'channels_select':
    case 'users_select':
      return <Picker element={element} {...labelled} />;
    case 'checkboxes':
    case 'radio_buttons':
      return <Ticks {...element} />;
    case 'file_input':
      return <input type="file" {...labelled} />;
    default:
      return <Field element={element} {...labelled} />;
  }
}

function Button({ text, style, url }: Of<'button'>) {
  const look = { className: `button ${style ?? ''}`, children: text.text };
  return url === undefined ? <button type="button" {...look} /> : <a href={url} {...look} />;
}

function Ticks({ type, ...element }: Of<'checkboxes' | 'radio_buttons'>) {
  const name = useId();
  const {
    options,
    initial_option: first,
    initial_options: chosen = first ? [first] : [],
  } = element;
  const values = chosen.map(({ value }) => value);
  return (
    <>
      {options.map(({ text, description, value }) => (
        <label key={value ?? text.text} className="tick">
          <input
            type={type === 'checkboxes' ? 'checkbox' : 'radio'}
            name={name}
            defaultChecked={values.includes(value)}
          />
          <span>
            {text.text}
            {description && <small>{description.text}</small>}
          </span>
        </label>
      ))}
    </>
  );
}

const inputTypes = {
  plain_text_input: 'text',
  number_input: 'number',
  email_text_input: 'email',
  url_text_input: 'url',
  datepicker: 'date',
  timepicker: 'time',
} as const;

type FieldElement = Of<keyof typeof inputTypes>;

function Field({ element, ...labelled }: Labelled & { element: FieldElement }) {
  const common = {
    ...labelled,
    placeholder: element.placeholder?.text,
    defaultValue: initial(element),
  };
  if (element.type === 'plain_text_input' && element.multiline) return <textarea {...common} />;
  return <input type={inputTypes[element.type]} {...common} />;
}

function initial(element: FieldElement): string | undefined {
  if (element.type === 'datepicker') return element.initial_date;
  if (element.type === 'timepicker') return element.initial_time;
  return element.initial_value;
}
