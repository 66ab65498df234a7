import { useId } from 'react';
import { type Element, type Of, type Option, element as shape } from './element-shapes.ts';
import { type Labelled, Menu, Overflow, Picker } from './menus.tsx';
import { Unknown } from './unknown.tsx';

/** An element to press, choose or fill in. An unknown one is shown as unknown. */
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
      return <Menu element={element} {...labelled} />;
    case 'conversations_select':
    case 'channels_select':
    case 'users_select':
      return <Picker element={element} {...labelled} />;
    case 'radio_buttons':
      return <Ticks type="radio" options={element.options} chosen={[element.initial_option]} />;
    case 'checkboxes':
      return <Ticks type="checkbox" options={element.options} chosen={element.initial_options} />;
    case 'file_input':
      return <input type="file" {...labelled} />;
    case 'plain_text_input':
    case 'number_input':
      return <Field element={element} {...labelled} />;
  }
}

function Button({ text, style, url }: Of<'button'>) {
  const look = { className: `button ${style ?? ''}`, children: text.text };
  return url === undefined ? <button type="button" {...look} /> : <a href={url} {...look} />;
}

interface TicksProps {
  type: 'radio' | 'checkbox';
  options: Option[];
  chosen: (Option | undefined)[] | undefined;
}

function Ticks({ type, options, chosen = [] }: TicksProps) {
  const name = useId();
  const values = chosen.map((option) => option?.value);
  return options.map(({ text, description, value }) => (
    <label key={value} className="tick">
      <input type={type} name={name} defaultChecked={values.includes(value)} />
      <span>
        {text.text}
        {description && <small>{description.text}</small>}
      </span>
    </label>
  ));
}

type FieldProps = Labelled & { element: Of<'plain_text_input' | 'number_input'> };

function Field({ element, ...labelled }: FieldProps) {
  const { type, multiline, placeholder, initial_value } = element;
  const common = { ...labelled, placeholder: placeholder?.text, defaultValue: initial_value };
  if (multiline) return <textarea {...common} />;
  return <input type={type === 'number_input' ? 'number' : 'text'} {...common} />;
}
