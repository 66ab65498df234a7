interface Named {
  uuid: string;
  name: string;
}

/** Uuid of what has this name (or this uuid); throws when nothing has. */
export function uuidOfName(items: Named[], name: string): string {
  const item = items.find((each) => each.name === name || each.uuid === name);
  if (!item) throw new Error(`no such project, organisation or cluster: ${name}`);
  return item.uuid;
}

export function nameOf(items: Named[], uuid: string): string {
  return items.find((each) => each.uuid === uuid)?.name ?? uuid;
}
