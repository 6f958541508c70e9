package capture_test

import (
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
)

// TestStatesOfOddConnections are what Zeek's code makes of connections that are not
// seen from their beginning, or that both sides end.
func TestStatesOfOddConnections(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]capture.State{
		">A <R": capture.RSTRH, ">A <A <R": capture.RSTRH, ">A <A >R": capture.OTH, ">R": capture.OTH,
		">FA <FA >A": capture.SF, ">A <A >FA": capture.SH, ">A <A <FA": capture.SHR, "<SA >A": capture.S1,
		">S <A": capture.S0, ">S <RA >R": capture.REJ, ">S <SA >A >FA <RA": capture.RSTR, ">S <SA >A >FA >R": capture.RSTO,
		">S <SA >A >FA >R <FA": capture.SF, ">S >FA >R": capture.OTH, "<A >S <RA": capture.REJ,
	} {
		s := summarize(t, capture.Options{MaxConversations: 2}, fileOf(layers.LinkTypeRaw, segments(words)...))
		if len(s.Conversations) != 1 || s.Conversations[0].State != want {
			t.Errorf("%s: %+v, want %s", words, s.Conversations, want)
		}
	}
}

// TestStatesOfOtherProtocols: Zeek has states for TCP and UDP.
func TestStatesOfOtherProtocols(t *testing.T) {
	t.Parallel()
	for protocol, want := range map[byte]capture.State{1: capture.OTH, 47: capture.OTH, 50: capture.OTH, 89: capture.OTH, 132: capture.OTH, 17: capture.S0} {
		packet := packet4(protocol, make([]byte, 16)...)
		packet[25] = 16 // UDP's length
		s := summarize(t, capture.Options{MaxConversations: 1}, fileOf(layers.LinkTypeRaw, packet))
		if len(s.Conversations) != 1 || s.Conversations[0].State != want {
			t.Errorf("protocol %d: %+v, want %s", protocol, s.Conversations, want)
		}
	}
}

// TestKindsOfConnections counts each connection as what became of it.
func TestKindsOfConnections(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]capture.Connections{
		">S <SA":               {Attempted: 1, HalfOpen: 1},
		">S <SA <R":            {Attempted: 1, HalfOpen: 1},
		">S <SA >R":            {Attempted: 1, Aborted: 1},
		">S >R":                {Attempted: 1, Aborted: 1},
		">S >F":                {Attempted: 1, Aborted: 1},
		">S <RA":               {Attempted: 1, Refused: 1},
		">S":                   {Attempted: 1, Unanswered: 1},
		">S <SA >A <R >R":      {Attempted: 1, Established: 1, Reset: 1},
		">S <SA >A >FA <FA >R": {Attempted: 1, Established: 1},
		">A <R":                {ResetMidstream: 1},
		">A <A >R":             {ResetMidstream: 1},
		"<SA <R":               {ResetMidstream: 1},
		">A <A >FA <FA <R":     {},
	} {
		s := summarize(t, capture.Options{MaxConversations: 1}, fileOf(layers.LinkTypeRaw, segments(words)...))
		if s.Connections != want || s.Conversations[0].HalfOpen != (want.HalfOpen == 1 || words == ">S <SA >R") {
			t.Errorf("%s: %+v, half open %t", words, s.Connections, s.Conversations[0].HalfOpen)
		}
	}
}

// TestSYNsOfTheSameNumber are one connection that is tried again, as Windows does
// after a RST. What became of it is what became of the last try.
func TestSYNsOfTheSameNumber(t *testing.T) {
	t.Parallel()
	syn, synAck, refusal := segment(true, 1000, 0, 2, nil), segment(false, 5000, 1001, 0x12, nil), segment(false, 0, 1001, 0x14, nil)
	ack, reset := segment(true, 1001, 5001, 0x10, nil), segment(false, 5001, 1001, 0x14, nil)
	for name, test := range map[string]struct {
		packets         [][]byte
		connections     capture.Connections
		state           capture.State
		retransmissions int64
	}{
		"accepted at the third try": {[][]byte{syn, refusal, syn, refusal, syn, synAck, ack}, capture.Connections{Attempted: 1, Established: 1}, capture.S1, 2},
		"refused each time":         {[][]byte{syn, refusal, syn, refusal, syn, refusal}, capture.Connections{Attempted: 1, Refused: 1}, capture.REJ, 2},
		"not answered again":        {[][]byte{syn, refusal, syn}, capture.Connections{Attempted: 1, Unanswered: 1}, capture.S0, 1},
		"reset, and again":          {[][]byte{syn, synAck, ack, reset, syn, synAck, ack}, capture.Connections{Attempted: 1, Established: 1, Reset: 1}, capture.S1, 2},
	} {
		s := summarize(t, capture.Options{MaxConversations: 9}, fileOf(layers.LinkTypeRaw, test.packets...))
		if len(s.Conversations) != 1 || s.Conversations[0].State != test.state || s.Connections != test.connections || s.Retransmissions != test.retransmissions {
			t.Errorf("%s: %+v, %+v, %d retransmissions", name, s.Conversations, s.Connections, s.Retransmissions)
		}
	}
}

// TestPortsThatAreUsedAgain: the packet that begins the next connection is not the
// last one of the connection before. Packets are a millisecond apart.
func TestPortsThatAreUsedAgain(t *testing.T) {
	t.Parallel()
	packets := append(segments(">S <SA >A >FA <FA >A"), segment(true, 900000, 0, 2, nil), segment(false, 0, 900001, 0x14, nil))
	s := summarize(t, capture.Options{MaxConversations: 9}, fileOf(layers.LinkTypeRaw, packets...))
	if len(s.Conversations) != 2 {
		t.Fatalf("%+v", s.Conversations)
	}
	first, next := s.Conversations[0], s.Conversations[1]
	if got := first.Last.Sub(first.First); got != 5*time.Millisecond || first.Sent.Packets != 4 || first.Received.Packets != 2 {
		t.Errorf("the first took %s: %+v", got, first)
	}
	if got := next.Last.Sub(next.First); got != time.Millisecond || next.First.Sub(first.Last) != time.Millisecond || next.Sent.Packets != 1 || next.State != capture.REJ {
		t.Errorf("the next took %s: %+v", got, next)
	}
}
