import { painted } from './dom.js'

// What the page looks like is on the screen before the rest of it is loaded.
void painted().then(async () => (await import('./main.js')).start())
