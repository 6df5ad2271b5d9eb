// Where the browser tests find a Firefox, and a Chromium: an installed one, else the one inside @sparticuz/chromium.
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

/** An installed Firefox; empty where there is none. */
export const firefox = () =>
  [process.env.RSE_FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox'].find((path) => path && existsSync(path)) ?? ''
