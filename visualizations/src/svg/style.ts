const LIGHT = {
  page: '#ffffff',
  box: '#ffffff',
  region: '#f4f6f9',
  border: '#57606a',
  name: '#1f2328',
  text: '#3a424b',
  faint: '#6a737d',
  rule: '#d0d7de',
  event: '#24415f',
  after: '#8a5a00',
  done: '#176f31',
  error: '#b3202a',
  always: '#5b4b9a',
  tag: '#7b3fc4',
}

const DARK: typeof LIGHT = {
  page: '#0d1117',
  box: '#161b22',
  region: '#11161d',
  border: '#8b949e',
  name: '#f0f3f6',
  text: '#c9d1d9',
  faint: '#9aa4af',
  rule: '#30363d',
  event: '#8cc0ff',
  after: '#e0b04a',
  done: '#5fd07d',
  error: '#ff8a84',
  always: '#bba9f5',
  tag: '#d2a8ff',
}

const variables = (palette: typeof LIGHT): string =>
  `svg{${Object.entries(palette)
    .map(([name, color]) => `--${name}:${color}`)
    .join(';')}}`

/** What an edge may be set off by; each has its colour. */
export const KINDS = ['event', 'after', 'done', 'error', 'always', 'over', 'mixed'] as const
export type Kind = (typeof KINDS)[number]

const COLORS: Readonly<Record<Kind, string>> = {
  event: 'event',
  after: 'after',
  done: 'done',
  error: 'error',
  always: 'always',
  over: 'done',
  mixed: 'border',
}

/** The style sheet inside each picture; it follows the reader's choice of light or dark. */
export const STYLE = [
  variables(LIGHT),
  `@media (prefers-color-scheme: dark){${variables(DARK)}}`,
  `text{font-family:Helvetica,Arial,'Liberation Sans',sans-serif;font-size:11.5px;fill:var(--text)}`,
  '.page{fill:var(--page)}',
  '.box{fill:var(--box);stroke:var(--border);stroke-width:1.3}',
  '.compound>.box{fill:var(--region)}',
  '.compound .compound>.box{fill:var(--page)}',
  '.region>.box{stroke-dasharray:6 4}',
  '.inner{fill:none;stroke:var(--border);stroke-width:1}',
  '.rule{stroke:var(--rule);stroke-width:1}',
  '.name{font-size:14px;font-weight:600;fill:var(--name)}',
  '.tag{fill:var(--tag)}',
  '.key,.note{font-style:italic;fill:var(--faint)}',
  '.guard{font-style:italic}',
  '.action{fill:var(--faint)}',
  '.row{fill:var(--text)}',
  '.dot{fill:var(--name)}',
  '.proxy{fill:var(--page);stroke:var(--border);stroke-dasharray:3 3}',
  '.way{fill:none;stroke-width:1.4;stroke-linejoin:round}',
  ...KINDS.flatMap((kind) => [
    `text .${kind}{fill:var(--${COLORS[kind]});font-weight:600}`,
    `.way.${kind}{stroke:var(--${COLORS[kind]})}`,
    `.head.${kind}{fill:var(--${COLORS[kind]})}`,
  ]),
  '.way.always{stroke-dasharray:5 3}',
].join('\n')
