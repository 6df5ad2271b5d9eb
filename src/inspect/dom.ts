type Attributes = Readonly<Record<string, string | number | boolean | undefined>>
type Child = Node | string

/** Makes elements of one document; attributes that are `undefined` or `false` are left out. */
export type Make = <Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes?: Attributes,
  ...children: readonly Child[]
) => HTMLElementTagNameMap[Name]

export const makeIn =
  (owner: Document): Make =>
  (name, attributes = {}, ...children) => {
    const made = owner.createElement(name)
    for (const [key, value] of Object.entries(attributes))
      if (value !== undefined && value !== false) made.setAttribute(key, value === true ? '' : String(value))
    made.append(...children)
    return made
  }

/** A button that does something; its label is its text, or `title` where that is a sign. */
export const buttonOf = (make: Make, text: string, attributes: Attributes, onPress: () => void): HTMLButtonElement => {
  const { title } = attributes
  const button = make(
    'button',
    { type: 'button', ...(title !== undefined && { 'aria-label': title }), ...attributes },
    text,
  )
  button.addEventListener('click', onPress)
  return button
}
