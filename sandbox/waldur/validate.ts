import type { FormData, UploadedFile } from './body.ts';
import { Refusal } from './http-answer.ts';
import { readUuid } from './ids.ts';
import { visibleProjects } from './permissions.ts';
import type { Profile } from './rows.ts';
import type { User, World } from './world.ts';

/** Sentences by field, as DRF's serializers collect them before they answer 400. */
type FieldErrors = Record<string, string[]>;

const LONGEST_NAME = 150;
/** Later versions take the longer one. */
const LONGEST_DESCRIPTION = { recorded: 2000, documented: 4096 };
const LONGEST_RUNTIME_STATE = 100;

/** The fields of a job that a person may write. Absent fields were not sent. */
export interface JobFields {
  name?: string;
  description?: string;
  runtimeState?: string;
  cluster?: string;
  project?: string;
  file?: UploadedFile;
}

/** The fields that count, and those that are required. */
interface Rules {
  fields: readonly string[];
  required: readonly string[];
  as: Profile;
}

/** Checks all fields, then refuses with everything that is wrong. */
export function validateJob(world: World, user: User, data: FormData, rules: Rules): JobFields {
  const errors: FieldErrors = {};
  const fields: JobFields = {};
  for (const field of rules.fields) {
    try {
      Object.assign(fields, readField(world, user, data, { field, rules }));
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      errors[field] = [error.message];
    }
  }
  if (Object.keys(errors).length > 0) throw new Refusal(400, errors);
  return fields;
}

class FieldError extends Error {}

function readField(
  world: World,
  user: User,
  data: FormData,
  { field, rules }: { field: string; rules: Rules },
): JobFields {
  const required = rules.required.includes(field);
  const isMissing = !(field in data.values) && !(field in data.files);
  if (isMissing && !required) return {};
  if (isMissing)
    throw new FieldError(field === 'file' ? 'No file was submitted.' : 'This field is required.');
  const value = data.values[field];
  switch (field) {
    case 'name':
      return { name: readText(value, LONGEST_NAME, false) };
    case 'description':
      return { description: readText(value, LONGEST_DESCRIPTION[rules.as], true) };
    case 'runtime_state':
      return { runtimeState: readText(value, LONGEST_RUNTIME_STATE, true) };
    case 'service_settings':
      return { cluster: readLink(value, 'service-settings', world.clusters) };
    case 'project':
      return { project: readLink(value, 'projects', visibleProjects(world, user)) };
    default:
      return { file: readFile(data.files.file) };
  }
}

function readText(value: unknown, longest: number, blank: boolean): string {
  if (value === null) throw new FieldError('This field may not be null.');
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new FieldError('Not a valid string.');
  const text = String(value).trim();
  if (text === '' && !blank) throw new FieldError('This field may not be blank.');
  if ([...text].length > longest)
    throw new FieldError(`Ensure this field has no more than ${longest} characters.`);
  return text;
}

/** A hyperlink. Only its path counts, whatever the host. Whatever the caller may not see does not exist. */
function readLink(value: unknown, kind: string, visible: { uuid: string }[]): string {
  if (value === null) throw new FieldError('This field may not be null.');
  if (value === '') throw new FieldError('This field may not be null.');
  if (typeof value !== 'string')
    throw new FieldError(`Incorrect type. Expected URL string, received ${pythonType(value)}.`);
  const path = /^https?:/.test(value) ? value.replace(/^https?:\/\/[^/]*/, '') : value;
  const match = /^\/api\/([a-z-]+)\/([^/?#]+)\/$/.exec(path);
  if (!match) throw new FieldError('Invalid hyperlink - No URL match.');
  if (match[1] !== kind) throw new FieldError('Invalid hyperlink - Incorrect URL match.');
  const uuid = readUuid(match[2] ?? '');
  const found = visible.find((each) => each.uuid === uuid);
  if (!found) throw new FieldError('Invalid hyperlink - Object does not exist.');
  return found.uuid;
}

function pythonType(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? 'list' : 'dict';
}

function readFile(file: UploadedFile | undefined): UploadedFile {
  if (!file)
    throw new FieldError('The submitted data was not a file. Check the encoding type on the form.');
  if (file.bytes.length === 0) throw new FieldError('The submitted file is empty.');
  return file;
}
