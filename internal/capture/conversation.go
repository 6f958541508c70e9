package capture

import (
	"bytes"
	"cmp"
	"slices"
	"time"
)

// flowKey names a conversation, the lower endpoint first.
type flowKey struct {
	low, high         [16]byte
	lowPort, highPort uint16
	vantage           uint16
	protocol          uint8
	v6                bool
}

// Directions of a packet in its conversation.
const (
	sent     = 0
	received = 1
)

// conversation is a live one. Counters are by direction.
type conversation struct {
	key flowKey
	// originatorIsLow says which endpoint of the key is the originator.
	originatorIsLow bool
	// direction is the one of the packet at hand.
	direction   int
	counts      [2]Count
	first, last int64
	state       State
	tcp         *tcpState

	older, newer *conversation
}

func (c *conversation) answered() bool {
	return c.counts[sent].Packets > 0 && c.counts[received].Packets > 0
}

// swap makes the other endpoint the originator.
func (c *conversation) swap() {
	c.originatorIsLow = !c.originatorIsLow
	c.direction = 1 - c.direction
	c.counts[sent], c.counts[received] = c.counts[received], c.counts[sent]
	if c.tcp != nil {
		c.tcp.ends[sent], c.tcp.ends[received] = c.tcp.ends[received], c.tcp.ends[sent]
	}
}

// table holds the live conversations, in the order of their last packet.
type table struct {
	live           map[flowKey]*conversation
	oldest, newest *conversation
	limit          int
	// last is the conversation of the packet before, which is often the same.
	last *conversation
}

func (t *table) init(limit int) { t.live, t.limit = map[flowKey]*conversation{}, limit }

func (t *table) touch(c *conversation) {
	if t.newest == c {
		return
	}
	t.unlink(c)
	t.append(c)
}

func (t *table) append(c *conversation) {
	c.older, c.newer = t.newest, nil
	if t.newest != nil {
		t.newest.newer = c
	} else {
		t.oldest = c
	}
	t.newest = c
}

func (t *table) unlink(c *conversation) {
	if c.older != nil {
		c.older.newer = c.newer
	} else {
		t.oldest = c.newer
	}
	if c.newer != nil {
		c.newer.older = c.older
	} else {
		t.newest = c.older
	}
	c.older, c.newer = nil, nil
}

func (t *table) remove(c *conversation) {
	t.unlink(c)
	delete(t.live, c.key)
	if t.last == c {
		t.last = nil
	}
}

// keyOf is the key of the packet at hand, and whether its sender is the lower
// endpoint.
func (a *Analyzer) keyOf(protocol uint8, sourcePort, destinationPort uint16) (key flowKey, fromLow bool) {
	p := &a.packet
	order := bytes.Compare(p.source[:], p.destination[:])
	if order < 0 || order == 0 && sourcePort <= destinationPort {
		return flowKey{p.source, p.destination, sourcePort, destinationPort, a.vantage, protocol, p.v6}, true
	}
	return flowKey{p.destination, p.source, destinationPort, sourcePort, a.vantage, protocol, p.v6}, false
}

// converse counts the packet at hand in its conversation.
func (a *Analyzer) converse(protocol uint8, sourcePort, destinationPort uint16) *conversation {
	c := a.find(protocol, sourcePort, destinationPort)
	a.account(c)
	return c
}

// find is the conversation of the packet at hand, which does not count in it yet: it
// may be the first one of another conversation of the same endpoints.
func (a *Analyzer) find(protocol uint8, sourcePort, destinationPort uint16) *conversation {
	key, fromLow := a.keyOf(protocol, sourcePort, destinationPort)
	c := a.table.last
	if c == nil || c.key != key {
		c = a.table.live[key]
	}
	if c == nil {
		c = a.begin(key, fromLow)
	}
	c.direction = received
	if fromLow == c.originatorIsLow {
		c.direction = sent
	}
	return c
}

// account counts the packet at hand.
func (a *Analyzer) account(c *conversation) {
	a.table.last = c
	a.table.touch(c)
	c.counts[c.direction].Packets++
	c.counts[c.direction].Bytes += a.packet.wire
	if a.packet.time != noTime {
		if c.first == noTime || a.packet.time < c.first {
			c.first = a.packet.time
		}
		c.last = max(c.last, a.packet.time)
	}
}

// begin makes a conversation whose originator is the sender of the packet at hand.
func (a *Analyzer) begin(key flowKey, fromLow bool) *conversation {
	c := a.room()
	tcp := c.tcp
	*c = conversation{key: key, originatorIsLow: fromLow, first: noTime, last: noTime, state: OTH}
	if key.protocol == ipProtocolTCP {
		if tcp == nil {
			tcp = &tcpState{}
		}
		*tcp = tcpState{}
		c.tcp = tcp
	}
	a.table.live[key] = c
	a.table.append(c)
	return c
}

// room returns memory for a conversation: in a full table that of the one that has
// been silent for longest.
func (a *Analyzer) room() *conversation {
	if len(a.table.live) < a.table.limit {
		return &conversation{}
	}
	evicted := a.table.oldest
	a.table.remove(evicted)
	a.retire(evicted)
	a.summary.Evicted++
	return evicted
}

// restart ends a conversation whose ports are used again, and returns the next one,
// which the packet at hand begins.
func (a *Analyzer) restart(c *conversation) *conversation {
	key, fromLow := c.key, c.originatorIsLow == (c.direction == sent)
	a.table.remove(c)
	a.retire(c)
	return a.begin(key, fromLow)
}

// retire adds a conversation that has ended, or has no room, to the totals.
func (a *Analyzer) retire(c *conversation) {
	result := c.result()
	a.summary.ConversationCount[result.Protocol]++
	if c.tcp != nil {
		a.buffered -= c.tcp.release()
		a.summary.Connections.count(c.tcp, result.State)
	}
	a.top.add(result)
}

func (c *conversation) result() Conversation {
	low := Endpoint{addressOf(c.key.low, c.key.v6), c.key.lowPort}
	high := Endpoint{addressOf(c.key.high, c.key.v6), c.key.highPort}
	result := Conversation{
		Protocol: ipProtocolName(c.key.protocol), Originator: low, Responder: high,
		Sent: c.counts[sent], Received: c.counts[received],
		First: timeOf(c.first), Last: timeOf(c.last), State: c.state,
	}
	if !c.originatorIsLow {
		result.Originator, result.Responder = high, low
	}
	switch c.key.protocol {
	case ipProtocolTCP, ipProtocolUDP, ipProtocolSCTP:
		result.HasPorts = true
	}
	if c.tcp != nil {
		c.tcp.describe(&result)
	}
	return result
}

func ipProtocolName(number uint8) string {
	switch number {
	case ipProtocolTCP:
		return protocolNames[protoTCP]
	case ipProtocolUDP:
		return protocolNames[protoUDP]
	case ipProtocolSCTP:
		return protocolNames[protoSCTP]
	case ipProtocolICMP:
		return protocolNames[protoICMP]
	case ipProtocolICMPv6:
		return protocolNames[protoICMPv6]
	case ipProtocolGRE:
		return protocolNames[protoGRE]
	}
	return numbered{ipProtocols, uint16(number)}.String()
}

func timeOf(nanoseconds int64) time.Time {
	if nanoseconds == noTime {
		return time.Time{}
	}
	return time.Unix(0, nanoseconds).UTC()
}

// topConversations keeps the largest by bytes: a heap with the smallest first.
type topConversations struct {
	limit int
	heap  []Conversation
}

// compareConversations sorts the largest first, and by time and endpoints where
// they are equal.
func compareConversations(x, y Conversation) int {
	return cmp.Or(
		-cmp.Compare(x.Sent.Bytes+x.Received.Bytes, y.Sent.Bytes+y.Received.Bytes),
		x.First.Compare(y.First),
		cmp.Compare(x.Protocol, y.Protocol),
		x.Originator.Address.Compare(y.Originator.Address),
		cmp.Compare(x.Originator.Port, y.Originator.Port),
		x.Responder.Address.Compare(y.Responder.Address),
		cmp.Compare(x.Responder.Port, y.Responder.Port),
	)
}

func (t *topConversations) sorted() []Conversation {
	slices.SortFunc(t.heap, compareConversations)
	return t.heap
}
