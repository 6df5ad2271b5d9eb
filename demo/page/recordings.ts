import { mountInspector, type Inspector } from '../../src/inspect/index.js'
import { byId, painted, said } from './dom.js'
import type { OwnSession } from './own-session.js'
import { stepsOfRecording, type RecordedSteps } from './recording.js'

const GUESSED: Readonly<Record<RecordedSteps['by'], string>> = {
  replay: '',
  'same charts': ', which does not repeat, though its charts are those of this version: edges are guessed',
  'other charts': ', made by other charts: edges are guessed',
}

/** Hands a text out as a file. */
const download = (name: string, text: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/jsonl' }))
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  URL.revokeObjectURL(url)
}

/** Export, and load from a file or a drop: a recording takes the place of the live session until one goes back. */
export const showRecordings = ({ socket, peer }: OwnSession): { readonly shown: () => Inspector | undefined } => {
  const note = byId('loaded')
  const back = byId('back')
  let shown: Inspector | undefined
  const show = (recorded: boolean) => {
    byId('live').hidden = recorded
    byId('recording').hidden = back.hidden = !recorded
  }
  const load = async (file: File | undefined) => {
    if (!file) return
    note.hidden = false
    note.textContent = `Loading ${file.name} …`
    try {
      await painted()
      const { steps, by } = stepsOfRecording(await file.text())
      shown?.end()
      shown = undefined
      show(true)
      shown = mountInspector(byId('recording'), steps)
      note.textContent = `Recording ${file.name}: ${steps.length} steps${GUESSED[by]}`
    } catch (error) {
      note.textContent = `${file.name} was not loaded: ${said(error)}`
    }
  }
  const field = byId<HTMLInputElement>('load')
  field.addEventListener('change', async () => {
    await load(field.files?.[0])
    // The same file may be chosen again.
    field.value = ''
  })
  back.addEventListener('click', () => {
    shown?.end()
    shown = undefined
    note.hidden = true
    show(false)
    field.focus()
  })
  byId('export').addEventListener('click', async () => {
    download(`${peer}.jsonl`, await socket.exportRecording())
  })
  const { body } = document
  body.addEventListener('dragover', (event) => {
    event.preventDefault()
    body.classList.add('dropping')
  })
  body.addEventListener('dragleave', () => body.classList.remove('dropping'))
  body.addEventListener('drop', (event) => {
    event.preventDefault()
    body.classList.remove('dropping')
    void load(event.dataTransfer?.files[0])
  })
  return { shown: () => shown }
}
