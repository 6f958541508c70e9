package capture

import (
	"cmp"
	"time"

	"github.com/gopacket/gopacket/layers"
)

// tcpState is what is kept of a TCP connection. The rules are those of Wireshark's
// sequence analysis (tcp.analysis.*) and of Zeek's connection states.
type tcpState struct {
	ends [2]tcpEnd
	// synAt is the time of the last SYN.
	synAt int64
	// handshake is how long it took, if timed.
	handshake                time.Duration
	timed                    bool
	syn, synAck, established bool
	// resetBefore is set if it was established and reset, and then tried again.
	resetBefore                              bool
	retransmissions, outOfOrder, zeroWindows int64
}

// tcpEnd is one sender.
type tcpEnd struct {
	stream        *stream
	nextAt, ackAt int64
	base, next    uint32
	ack           uint32
	expected      uint32
	duplicateAcks uint32
	window        uint16
	hasBase       bool
	hasNext       bool
	hasExpected   bool
	// data and acked say that it sent payload, and an ACK with nothing else.
	data, acked   bool
	state, before endState
}

// before reports whether x comes before y in sequence space.
func before(x, y uint32) bool { return int32(x-y) < 0 } //nolint:gosec // sequence numbers wrap around

// begins reports whether a segment is the first one of another connection of the same
// endpoints: it has another initial sequence number than what its sender said before.
// As in Wireshark, a SYN with the same number is a retransmission, also after a RST:
// that is how Windows tries again.
func (t *tcpState) begins(direction int, tcp *layers.TCP) bool {
	sender := &t.ends[direction]
	if !tcp.SYN || !sender.hasBase || tcp.Seq == sender.base {
		return false
	}
	// Two answers to one SYN, as of a firewall and the server: no connection begins
	// without a SYN that was seen.
	return !tcp.ACK || !t.syn
}

// segment analyses the TCP segment at hand. Length is its payload on the wire.
func (a *Analyzer) segment(c *conversation, tcp *layers.TCP, length int) {
	t := c.tcp
	sender := &t.ends[c.direction]
	if tcp.SYN && sender.hasBase && tcp.Seq != sender.base {
		sender.base, sender.hasNext, sender.hasExpected = tcp.Seq, false, false
	}
	if !sender.hasBase {
		sender.base, sender.hasBase = tcp.Seq, true
		if !tcp.SYN {
			sender.base--
		}
	}
	a.handshake(c, tcp, length)
	sender, receiver := &t.ends[c.direction], &t.ends[1-c.direction]
	if tcp.RST {
		a.summary.Resets++
	}
	a.sequence(t, sender, receiver, tcp, length)
	if tcp.SYN && !sender.hasExpected {
		sender.expected, sender.hasExpected = tcp.Seq+1, true
	}
	if length > 0 {
		a.deliver(c, sender, tcp.Seq, tcp.Payload[:min(len(tcp.Payload), length)], length)
	}
}

// handshake follows the state of the connection.
func (a *Analyzer) handshake(c *conversation, tcp *layers.TCP, length int) {
	t := c.tcp
	switch {
	case tcp.SYN && tcp.ACK:
		if !t.syn && c.direction == sent {
			c.swap()
		}
		t.synAck = t.synAck || c.direction == received
	case tcp.SYN:
		if !t.syn && c.direction == received {
			// What came before is the rest of another connection.
			c.swap()
			t.ends[received].state = endInactive
		}
		t.syn = t.syn || c.direction == sent
		t.synAt = a.packet.time
	case t.syn && t.synAck && !t.established && tcp.ACK && !tcp.RST:
		// The responder goes on only if the handshake was completed: the ACK that is
		// missing was lost behind it.
		t.established = true
		if a.packet.time != noTime && t.synAt != noTime {
			t.handshake = time.Duration(max(a.packet.time-t.synAt, 0))
			t.timed = true
			a.summary.Handshakes++
			a.rtts.add(t.handshake)
		}
	}
	t.follow(c.direction, tcp, length)
}

// describe fills in what only TCP has.
func (t *tcpState) describe(result *Conversation) {
	result.State, result.HalfOpen = t.state(), t.syn && t.synAck && !t.established
	result.HandshakeRTT, result.HandshakeSeen = t.handshake, t.timed
	result.Retransmissions, result.OutOfOrder, result.ZeroWindows = t.retransmissions, t.outOfOrder, t.zeroWindows
}

// sequence finds retransmissions, segments out of order and zero windows.
func (a *Analyzer) sequence(t *tcpState, sender, receiver *tcpEnd, tcp *layers.TCP, length int) {
	control := tcp.SYN || tcp.FIN || tcp.RST
	size := uint32(length) //nolint:gosec // at most 64 KB
	probe := length == 1 && sender.hasNext && tcp.Seq == sender.next && receiver.window == 0 && receiver.hasNext
	if tcp.Window == 0 && !control {
		t.zeroWindows++
		a.summary.ZeroWindows++
	}
	keepAlive := length <= 1 && sender.hasNext && tcp.Seq == sender.next-1 && !control
	if length == 0 && tcp.Window != 0 && tcp.Window == sender.window && sender.hasNext && tcp.Seq == sender.next && tcp.Ack == sender.ack && !control && !probe {
		sender.duplicateAcks++
	} else if tcp.Ack != sender.ack {
		sender.duplicateAcks = 0
	}
	if length > 0 || tcp.SYN || tcp.FIN {
		a.repeated(t, sender, receiver, tcp, size, keepAlive)
	}
	next := tcp.Seq + size
	if tcp.SYN || tcp.FIN {
		next++
	}
	if !probe && (!sender.hasNext || before(sender.next, next)) {
		sender.next, sender.nextAt, sender.hasNext = next, a.packet.time, true
	}
	sender.window = tcp.Window
	sender.ack, sender.ackAt = tcp.Ack, a.packet.time
}

// Wireshark's thresholds.
const (
	fastRetransmission = 20 * time.Millisecond
	// outOfOrderTime is taken while the round trip is not known.
	outOfOrderTime = 3 * time.Millisecond
)

// repeated judges a segment that carries something.
func (a *Analyzer) repeated(t *tcpState, sender, receiver *tcpEnd, tcp *layers.TCP, size uint32, keepAlive bool) {
	old := sender.hasNext && before(tcp.Seq, sender.next)
	if old && keepAlive {
		return
	}
	if size > 1 && sender.hasNext && tcp.Seq == sender.next-1 {
		old = false
	}
	end := tcp.Seq + size
	if tcp.SYN || tcp.FIN {
		end++
	}
	threshold := cmp.Or(t.handshake, outOfOrderTime)
	switch {
	case size > 0 && receiver.ack != 0 && !before(receiver.ack, tcp.Seq+size):
		// Everything was acknowledged already: a spurious retransmission.
	case !old:
		return
	case receiver.duplicateAcks >= 2 && receiver.ack == tcp.Seq && a.packet.time-receiver.ackAt < int64(fastRetransmission):
	case a.packet.time-sender.nextAt < int64(threshold) && sender.next != end:
		t.outOfOrder++
		a.summary.OutOfOrder++
		return
	}
	t.retransmissions++
	a.summary.Retransmissions++
	a.packet.retransmitted = true
}
