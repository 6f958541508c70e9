package capture

import "github.com/gopacket/gopacket/layers"

// endState is what one end of a TCP connection has come to, as Zeek follows it:
// a connection's state is made of those of its ends.
//
// Source: https://github.com/zeek/zeek/blob/master/src/packet_analysis/protocol/tcp/TCPSessionAdapter.cc
type endState uint8

const (
	endInactive endState = iota
	// endPartial has sent something, and no SYN.
	endPartial
	endSYNSent
	endEstablished
	endClosed
	endReset
)

// quiet is an end that takes no part in a connection as far as it was seen.
func (e *tcpEnd) quiet() bool { return e.state == endInactive || e.state == endPartial }

func (e *tcpEnd) become(state endState) { e.before, e.state = e.state, state }

// follow takes the segment at hand into the states of the ends.
func (t *tcpState) follow(direction int, tcp *layers.TCP, length int) {
	end, peer := &t.ends[direction], &t.ends[1-direction]
	if tcp.SYN && !tcp.ACK && direction == sent && (end.state == endReset || peer.state == endReset) {
		t.tryAgain()
		return
	}
	end.data = end.data || length > 0 && !tcp.RST
	end.acked = end.acked || tcp.ACK && length == 0 && !tcp.SYN && !tcp.FIN && !tcp.RST
	switch end.state {
	case endInactive:
		end.wake(peer, direction == sent, tcp, length)
	case endSYNSent:
		end.end(tcp)
	case endEstablished, endPartial:
		if tcp.SYN && !tcp.ACK && end.state == endPartial && peer.state == endInactive {
			end.become(endSYNSent)
		}
		if tcp.FIN && !tcp.RST && peer.state == endReset && peer.before == endClosed {
			// A FIN and then a RST of the peer were a normal end.
			peer.become(endClosed)
		}
		end.end(tcp)
	case endClosed:
		if tcp.RST && peer.state != endClosed {
			end.become(endReset)
		}
	case endReset:
	}
}

// tryAgain is for a SYN that is sent again, with the same number, after a RST. Zeek
// stays with the RST; the last try is what became of the connection.
func (t *tcpState) tryAgain() {
	t.resetBefore = t.resetBefore || t.established
	t.ends[sent].become(endSYNSent)
	t.ends[received].become(endInactive)
	t.synAck, t.ends[sent].acked = false, false
}

// wake is for the first segment of an end.
func (e *tcpEnd) wake(peer *tcpEnd, isOriginator bool, tcp *layers.TCP, length int) {
	switch {
	case tcp.SYN && isOriginator && peer.state != endEstablished:
		e.become(endSYNSent)
	case tcp.SYN:
		if peer.state == endSYNSent {
			peer.become(endEstablished)
		}
		e.become(endEstablished)
	}
	e.end(tcp)
	switch {
	case e.state != endInactive || !isOriginator && length == 0 && peer.state == endSYNSent:
		// Some answer a SYN with an ACK before they answer it with a SYN.
	case tcp.ACK && peer.state == endEstablished:
		e.become(endEstablished)
	default:
		e.become(endPartial)
	}
}

func (e *tcpEnd) end(tcp *layers.TCP) {
	switch {
	case tcp.RST:
		e.become(endReset)
	case tcp.FIN:
		e.become(endClosed)
	}
}

// reset reports whether a RST ended the connection.
func (t *tcpState) reset() bool {
	return t.ends[sent].state == endReset || t.ends[received].state == endReset
}

// state is conn_state.
//
// Source: https://github.com/zeek/zeek/blob/master/scripts/base/protocols/conn/main.zeek
func (t *tcpState) state() State {
	originator, responder := &t.ends[sent], &t.ends[received]
	switch {
	case responder.state == endReset && (originator.state == endSYNSent || originator.state == endReset && !originator.data && !responder.data):
		return REJ
	case responder.state == endReset && originator.quiet():
		return RSTRH
	case responder.state == endReset:
		return RSTR
	case originator.state == endReset && !responder.quiet():
		return RSTO
	case originator.state == endReset && t.syn && !originator.acked && originator.before != endClosed:
		return RSTOS0
	case originator.state == endReset:
		return OTH
	case originator.state == endClosed && responder.state == endClosed:
		return SF
	case originator.state == endClosed && responder.quiet():
		return SH
	case originator.state == endClosed:
		return S2
	case responder.state == endClosed && originator.quiet():
		return SHR
	case responder.state == endClosed:
		return S3
	case originator.state == endSYNSent && responder.state == endInactive:
		return S0
	case originator.state == endEstablished && responder.state == endEstablished:
		return S1
	}
	return OTH
}

// count adds a connection to one of the kinds: each that was attempted is one of
// established, unanswered, refused, aborted and half open, if its beginning was seen
// whole.
func (c *Connections) count(t *tcpState, state State) {
	if !t.syn {
		if t.reset() {
			c.ResetMidstream++
		}
		return
	}
	c.Attempted++
	originator := t.ends[sent].state
	switch {
	case t.established:
		c.Established++
		if t.reset() || t.resetBefore {
			c.Reset++
		}
	case state == S0:
		c.Unanswered++
	case state == REJ && !t.synAck:
		c.Refused++
	case originator == endReset || originator == endClosed:
		c.Aborted++
	case t.synAck:
		c.HalfOpen++
	}
}
