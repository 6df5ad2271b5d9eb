// Where the browser tests find a Chromium: an installed one, else the one inside @sparticuz/chromium.
import { existsSync } from 'node:fs'

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const chromium = async () => {
  const present = [process.env.RSE_CHROMIUM, ...INSTALLED].find((path) => path && existsSync(path))
  if (present) return present
  process.stderr.write(
    'No Chromium is installed: unpacking the one of @sparticuz/chromium (209 MB, a few seconds) ...\n',
  )
  const { default: packed } = await import('@sparticuz/chromium')
  return packed.executablePath()
}
