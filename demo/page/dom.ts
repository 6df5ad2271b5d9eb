/** An element of the page that is known to be there. */
export const byId = <T extends HTMLElement = HTMLElement>(id: string): T => {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the page has no #${id}`)
  return found as T
}

/** A button in a box. */
export const addButton = (box: HTMLElement, text: string, onPress: (button: HTMLButtonElement) => void) => {
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: text })
  button.addEventListener('click', () => onPress(button))
  box.append(button)
  return button
}

/** Resolves when what was written is on the screen; in a page that nobody sees at once. */
export const painted = (): Promise<void> =>
  new Promise((resolve) => {
    if (document.hidden) resolve()
    else requestAnimationFrame(() => setTimeout(resolve))
  })

/** What a promise is rejected with is said on the page; none is lost. */
export const said = (error: unknown): string => (error instanceof Error ? error.message : String(error))
