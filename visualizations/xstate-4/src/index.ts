export { bridgeToXState4 } from './bridge.js'
export { serveXState4Inspector } from './serve.js'
