// Keeps what a persistent session has not acknowledged: in memory, in order, bounded, each step O(1).
// It replaces the outgoing queues of aedes-persistence 11, which have no bound and are searched from the start
// for every message, and corrects what is noted at each method. Everything else is the original's.
import { Readable } from 'node:stream'
import MemoryPersistence from 'aedes-persistence/asyncPersistence.js'

export const MAX_QUEUED_MESSAGES = 50_000 // below 65 535: packet ids in flight stay unique
export const MAX_QUEUED_BYTES = 64 * 1024 * 1024 // of one session
export const MAX_QUEUED_BYTES_IN_ALL = 256 * 1024 * 1024
const BYTES_PER_ENTRY = 200 // what an entry costs besides its topic and payload

export class SessionQueues extends MemoryPersistence {
  #queues = new Map() // client id → { packets: Map(counter → packet), sent: Set(counter), bytes, isFull }
  #counters = new WeakMap() // connection → Map(packet id → counter)
  #bytes = 0
  #mayRead
  #onFull

  /** mayRead(id, filter) guards stored subscriptions; onFull(id) is called once each time a queue fills up. */
  constructor ({ mayRead, onFull }) {
    super()
    this.#mayRead = mayRead
    this.#onFull = onFull
  }

  // aedes stores a whole SUBSCRIBE when one filter of it is granted: the refused ones are left out here.
  async addSubscriptions (client, subscriptions) {
    return super.addSubscriptions(client, subscriptions.filter(sub => this.#mayRead(client.id, sub.topic)))
  }

  // The session ends here; the original kept its queue for ever.
  async cleanSubscriptions (client) {
    this.#bytes -= this.#queues.get(client.id)?.bytes ?? 0
    this.#queues.delete(client.id)
    return super.cleanSubscriptions(client)
  }

  async outgoingEnqueue (sub, packet) {
    this.#enqueue(sub.clientId, packet)
  }

  async outgoingEnqueueCombi (subs, packet) {
    for (const sub of subs) this.#enqueue(sub.clientId, packet)
  }

  // A message that was acknowledged meanwhile, or did not fit, still goes out once; the original threw, which
  // cost the receiver its connection.
  async outgoingUpdate (client, packet) {
    const queue = this.#queues.get(client.id)
    if (!queue?.packets.has(packet.brokerCounter)) return
    queue.sent.add(packet.brokerCounter)
    if (!this.#counters.has(client)) this.#counters.set(client, new Map())
    this.#counters.get(client).set(packet.messageId, packet.brokerCounter)
  }

  // Without a packet id the message was withheld, not sent: the original took the wrong one out then.
  async outgoingClearMessageId (client, packet) {
    if (packet.messageId === undefined) return this.#remove(client.id, packet.brokerCounter)
    const counters = this.#counters.get(client)
    const counter = counters?.get(packet.messageId)
    if (counter === undefined) return undefined
    counters.delete(packet.messageId)
    return this.#remove(client.id, counter)
  }

  // A new connection gives new packet ids, so old ones never meet those of messages that come in meanwhile.
  outgoingStream (client) {
    const queue = this.#queues.get(client.id)
    const packets = queue ? [...queue.packets.values()] : []
    return Readable.from(packets.map(packet => new MemoryPersistence.Packet(
      { ...packet, dup: queue.sent.has(packet.brokerCounter) })))
  }

  // Wills of other brokers: there are none. A machine that slept must not publish those of live clients.
  streamWill () {
    return Readable.from([])
  }

  #enqueue (id, packet) {
    if (!this.#queues.has(id)) this.#queues.set(id, { packets: new Map(), sent: new Set(), bytes: 0, isFull: false })
    const queue = this.#queues.get(id)
    const bytes = sizeOf(packet)
    const fits = queue.packets.size < MAX_QUEUED_MESSAGES && queue.bytes + bytes <= MAX_QUEUED_BYTES &&
      this.#bytes + bytes <= MAX_QUEUED_BYTES_IN_ALL
    if (!fits) {
      if (!queue.isFull) this.#onFull(id)
      queue.isFull = true
      return
    }
    queue.packets.set(packet.brokerCounter, new MemoryPersistence.Packet(packet))
    queue.bytes += bytes
    this.#bytes += bytes
  }

  #remove (id, counter) {
    const queue = this.#queues.get(id)
    const packet = queue?.packets.get(counter)
    if (packet === undefined) return undefined
    queue.packets.delete(counter)
    queue.sent.delete(counter)
    queue.bytes -= sizeOf(packet)
    this.#bytes -= sizeOf(packet)
    if (queue.packets.size < MAX_QUEUED_MESSAGES / 2) queue.isFull = false
    return packet
  }
}

function sizeOf (packet) {
  return packet.payload.length + packet.topic.length + BYTES_PER_ENTRY
}
