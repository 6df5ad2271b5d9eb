// A chunk of its own, loaded on use: nothing of the entry is imported here, or a bundler would cut the entry in two.
export { zlibSync } from 'fflate'
