import type { ChartContext } from '../../../machines/common.js'
import type { Invariant } from '../types.js'

type OfChannel = Invariant<ChartContext>

/** The gate is open exactly while the channel is, whoever is told finds it so. */
export const theGateIsOpenWhileTheChannelIs: OfChannel = ({ to: { state, actors } }) =>
  actors.some(({ name }) => name === 'open gate') !== state.startsWith('present.open.') && `in ${state}`

/** In a generation the channel is told to open, then to be open, held and open again, then to be lost. */
export const theChannelTellsInOrder: OfChannel = ({ from, step: { stimulus, told } }) => {
  const wrong = told.find(
    ({ type }) =>
      (type === 'channel.opening' && stimulus.event.type !== 'generation.opened') ||
      (type === 'channel.open' && !/^present\.(opening|open\.held)$/.test(from?.state ?? '')) ||
      (type === 'channel.held' && !from?.state.startsWith('present.open.flowing')) ||
      (type === 'channel.lost' && !from?.state.startsWith('present')),
  )
  return wrong && `${wrong.type} in ${from?.state ?? 'the beginning'}`
}

/** A loss is told with its reason. */
export const aLossHasAReason: OfChannel = ({ step: { told } }) =>
  told.some(({ type, error }) => type === 'channel.lost' && !error) && 'there is none'
