const DECLARED = /^state "[^"]+" as (\w+)( \{)?$/
const ARROW = /^(\[\*\]|\w+) --> (\[\*\]|\w+)( : [^:;#"{}]+)?$/
const TEXT = /^(\w+) : [^:;#"{}]+$/

/** What Mermaid would not take of a state diagram; as much of its grammar as ours use. */
export const mermaidFaults = (text: string): string[] => {
  const [first = '', ...lines] = text.trimEnd().split('\n')
  if (first !== 'stateDiagram-v2') return [`it begins with ${first}`]
  const faults: string[] = []
  const declared = new Set<string>()
  const named = new Set<string>()
  let depth = 0
  for (const line of lines.map((written) => written.trim())) {
    if (line.startsWith('%% ') || line === '--') continue
    const [, state, opens] = DECLARED.exec(line) ?? []
    const [, from, to] = ARROW.exec(line) ?? []
    const [, about] = TEXT.exec(line) ?? []
    if (opens) depth += 1
    if (line === '}') depth -= 1
    if (state) declared.add(state)
    for (const name of [from, to, about]) if (name && name !== '[*]') named.add(name)
    if (!state && !from && !about && line !== '}') faults.push(`not understood: ${line}`)
  }
  if (depth !== 0) faults.push('braces do not match')
  return [...faults, ...[...named].filter((name) => !declared.has(name)).map((name) => `nobody declares ${name}`)]
}
