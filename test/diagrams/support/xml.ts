const TAG = /<(\/?)([\w:.-]+)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>/g

/** What keeps a text from being well-formed XML; as much of the rules as our files need. */
export const xmlFaults = (text: string): string[] => {
  const faults: string[] = []
  const body = text.replace(/^<\?xml[^>]*\?>\n?/, '').replace(/<!--(?:(?!--)[^])*-->/g, '')
  const open: string[] = []
  let roots = 0
  for (const [, closing, name = '', written = '', empty] of body.matchAll(TAG)) {
    const names = [...written.matchAll(/\s([\w:.-]+)=/g)].map(([, attribute]) => attribute)
    if (new Set(names).size < names.length) faults.push(`<${name}> has an attribute twice`)
    if (closing) {
      const begun = open.pop()
      if (begun !== name) faults.push(`</${name}> closes <${begun ?? ''}>`)
      if (begun !== name) return faults
      continue
    }
    if (open.length === 0) roots += 1
    if (!empty) open.push(name)
  }
  const rest = body.replace(TAG, '')
  const stray = /[<>]/.exec(rest.replace(/@media[^<]*|[.\w]+>\.\w+/g, ''))
  if (stray) faults.push(`a stray < or > near "${rest.slice(-5)}"`)
  if (/&(?!(?:amp|lt|gt|quot);)/.test(text)) faults.push('a bare &')
  for (const name of open) faults.push(`<${name}> is never closed`)
  if (roots > 1) faults.push('more than one root')
  if (roots === 0) faults.push('nothing in it')
  return faults
}

const plain = (value: string): string =>
  value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')

/** Every value of an attribute, in the order of the text. */
export const attributesOf = (text: string, name: string): string[] =>
  [...text.matchAll(/\s([\w:-]+)="([^"]*)"/g)].flatMap(([, attribute, value = '']) =>
    attribute === name ? [plain(value)] : [],
  )
