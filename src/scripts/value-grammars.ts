/** True if a way to distribute tasks: block, cyclic:block, plane=4, each perhaps with ,pack or ,nopack. */
export function isDistribution(value: string): boolean {
  if (/^plane=0*[1-9]\d*$/i.test(value)) return true;
  const [levels = '', ...flags] = value.toLowerCase().split(',');
  const parts = levels.split(':');
  const isFlag = (word: string) => word === 'pack' || word === 'nopack';
  if (flags.length > 1 || !flags.every(isFlag) || parts.length > 3) return false;
  const isLevel = (word: string) => /^(block|f?cyclic|arbitrary|hostfile|\*)$/.test(word);
  // Only sockets and cores can be filled in turn.
  const [nodes = ''] = parts;
  return (flags.length === 0 && isFlag(levels)) || (nodes !== 'fcyclic' && parts.every(isLevel));
}

const moments = [
  /today|tomorrow|midnight|noon|elevenses|fika|teatime/iy,
  /now(?:\s?[+-]\s?\d+\s?(?:(?:second|minute|hour|day|week)s?)?)?/iy,
  /(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s?[ap]m)?/iy,
  /\d{4}-(?:0[1-9]|1[0-2])-(?:0?[1-9]|[12]\d|3[01])(?!\d)/y,
  /(?:0[1-9]|1[0-2]|[1-9](?=[./]))[./]?(?:0[1-9]|[12]\d|3[01]|[1-9](?!\d))(?:[./]?\d\d)?/y,
  /uts\d{7,}/iy,
  /[-\sT]/y,
];

/** True if a point in time, as parse_time reads it: parts one after another. */
export function isMoment(text: string): boolean {
  let end = 0;
  while (end < text.length) {
    const part = moments.find((each) => {
      each.lastIndex = end;
      return each.test(text);
    });
    if (part === undefined) return false;
    end = part.lastIndex;
  }
  return end > 0;
}

/** True if an item of generic resources can be one: a name, perhaps a type, and a count. */
export function isResource(item: string, isGpu: boolean): boolean {
  // Only newer versions have these, or they say where.
  if (/[=(/]/.test(item)) return true;
  const parts = isGpu ? ['gpu', ...item.split(':')] : item.split(':');
  const [name = '', ...rest] = parts;
  const count = rest.at(-1);
  if (/^(?:|help|list)$/.test(name) || rest.length > 2 || rest.includes('')) return false;
  return rest.length === 2 ? /^-?\d+[kmgtp]?$/i.test(count ?? '') : !/^\d+\.\d+$/.test(count ?? '');
}

/** True if every bracket and parenthesis is closed. */
export function hasPairs(text: string): boolean {
  const open: string[] = [];
  for (const mark of text) {
    if (mark === '[' || mark === '(') open.push(mark === '[' ? ']' : ')');
    else if ((mark === ']' || mark === ')') && open.pop() !== mark) return false;
  }
  return open.length === 0;
}
