import type { IcePair } from '../transport/ice-pair.js'
import type { Connection } from './connection.js'

type Stat = { readonly type: string; readonly id: string } & Record<string, unknown>

/** RTCStatsIceCandidatePairState: as far as this agent tells them apart. */
const stateOf = ({ valid, requestsSent, unansweredSince }: IcePair): string => {
  if (valid) return 'succeeded'
  return requestsSent > 0 && unansweredSince !== undefined ? 'in-progress' : 'waiting'
}

/** The transport, its pairs and candidates; nothing before there is one. */
export const pathStats = ({ path }: Connection): Stat[] => {
  const { transport } = path
  if (!transport) return []
  const { ice, counts, candidates } = transport
  const [local] = candidates
  const nameOf = (pair: IcePair) => `CP${ice.pairs.indexOf(pair)}`
  const pairs = ice.pairs.flatMap((pair): Stat[] => {
    const id = nameOf(pair)
    const chosen = pair === ice.selected
    return [
      {
        type: 'candidate-pair',
        id,
        transportId: 'T',
        localCandidateId: 'L0',
        remoteCandidateId: `R${id}`,
        state: stateOf(pair),
        nominated: chosen || pair.nominated,
        requestsSent: pair.requestsSent,
        responsesReceived: pair.responsesReceived,
        requestsReceived: pair.requestsReceived,
        responsesSent: pair.requestsReceived,
        ...(pair.roundTrip !== undefined && { currentRoundTripTime: pair.roundTrip / 1_000 }),
        bytesSent: chosen ? counts.bytesSent : 0,
        bytesReceived: chosen ? counts.bytesReceived : 0,
        packetsSent: chosen ? counts.packetsSent : 0,
        packetsReceived: chosen ? counts.packetsReceived : 0,
      },
      {
        type: 'remote-candidate',
        id: `R${id}`,
        transportId: 'T',
        ...pair.remote,
        protocol: 'udp',
        candidateType: pair.foundations.size > 0 ? 'host' : 'prflx',
        ...(ice.remoteUfrag !== undefined && { usernameFragment: ice.remoteUfrag }),
      },
    ]
  })
  return [
    {
      type: 'transport',
      id: 'T',
      dtlsState: path.dtlsTransport.state,
      iceState: path.iceTransport.state,
      iceRole: ice.controlling ? 'controlling' : 'controlled',
      ...(transport.dtls.role && { dtlsRole: transport.dtls.role }),
      ...(ice.selected && { selectedCandidatePairId: nameOf(ice.selected) }),
      ...counts,
    },
    ...(local
      ? [
          {
            type: 'local-candidate',
            id: 'L0',
            transportId: 'T',
            address: local.address,
            port: local.port,
            protocol: 'udp',
            candidateType: local.type,
            foundation: local.foundation,
            priority: local.priority,
            usernameFragment: local.ufrag,
          },
        ]
      : []),
    ...pairs,
  ]
}
