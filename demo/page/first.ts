// What the page looks like is on the screen before the rest of it is loaded.
const load = () => void import('./main.js').then(({ start }) => start())
if (document.hidden) load()
else requestAnimationFrame(() => setTimeout(load))
