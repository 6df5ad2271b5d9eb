const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text as XML takes it, in an attribute too. */
export const escaped = (text: string): string => text.replace(/[&<>"]/g, (letter) => ENTITIES[letter] ?? letter)

/** The attributes of a tag; what is `undefined` is left out. */
export const attributes = (of: Readonly<Record<string, string | number | undefined>>): string =>
  Object.entries(of)
    .flatMap(([name, value]) => (value === undefined ? [] : [` ${name}="${escaped(String(value))}"`]))
    .join('')

/** An element with what is in it; one that is empty closes itself. */
export const element = (
  name: string,
  of: Readonly<Record<string, string | number | undefined>>,
  ...inside: readonly string[]
): string =>
  inside.length === 0 ? `<${name}${attributes(of)}/>` : `<${name}${attributes(of)}>${inside.join('')}</${name}>`
