package capture

// stream is what one end of a TCP connection says, as far as its bytes arrive in
// order. Bytes that are missing, or were not captured, end the message at hand.
type stream struct {
	kind streamKind
	// skip is how many bytes come before the next TLS record, or the next request.
	skip int
	// record is how many bytes of a TLS handshake record are still to come.
	record int
	// buffer holds the beginning of what is not complete yet.
	buffer []byte
	header []byte
}

type streamKind uint8

const (
	undecided streamKind = iota
	tlsRecords
	httpMessages
	dnsMessages
)

// maxBuffered bounds what all streams keep, in bytes, and maxMessage one of them.
const (
	maxBuffered = 8 << 20
	maxMessage  = 64 << 10
)

// deliver gives a segment's payload to its stream. Length is the payload on the wire.
func (a *Analyzer) deliver(c *conversation, end *tcpEnd, sequence uint32, captured []byte, length int) {
	size := uint32(length) //nolint:gosec // at most 64 KB
	if end.hasExpected {
		switch {
		case before(end.expected, sequence):
			a.lost(end)
		case sequence != end.expected:
			repeated := end.expected - sequence
			if repeated >= size {
				return
			}
			captured = captured[min(int(repeated), len(captured)):]
			sequence, size = end.expected, size-repeated
		}
	}
	end.expected, end.hasExpected = sequence+size, true
	if len(captured) > 0 {
		a.feed(c, end, captured)
	}
	if len(captured) < int(size) {
		a.lost(end)
	}
}

// lost gives up the message at hand.
func (a *Analyzer) lost(end *tcpEnd) {
	if end.stream != nil {
		a.buffered -= end.stream.size()
		end.stream = nil
	}
}

// size is what a stream keeps in bytes, and not what it uses of it.
func (s *stream) size() int { return cap(s.buffer) + cap(s.header) }

// release returns how many bytes the streams held.
func (t *tcpState) release() int {
	held := 0
	for i := range t.ends {
		if s := t.ends[i].stream; s != nil {
			held += s.size()
			t.ends[i].stream = nil
		}
	}
	return held
}

func (a *Analyzer) feed(c *conversation, end *tcpEnd, data []byte) {
	s := end.stream
	if s != nil && s.kind == httpMessages && s.skip > 0 {
		body := min(s.skip, len(data))
		if s.skip, data = s.skip-body, data[body:]; len(data) == 0 {
			return
		}
	}
	if s == nil || s.kind == httpMessages && len(s.buffer) == 0 {
		kind := sniff(c.key, data)
		if kind == undecided {
			return
		}
		if s == nil {
			s = &stream{}
			end.stream = s
		}
		s.kind = kind
	}
	held := s.size()
	var ok bool
	switch s.kind {
	case tlsRecords:
		a.count(protoTLS)
		ok = a.feedTLS(s, data)
	case httpMessages:
		a.count(protoHTTP)
		ok = a.feedHTTP(s, data)
	case dnsMessages:
		a.count(protoDNS)
		ok = a.feedDNS(c, s, data)
	case undecided:
	}
	if len(s.buffer) == 0 {
		s.buffer = nil
	}
	a.buffered += s.size() - held
	if !ok || a.buffered > maxBuffered {
		a.lost(end)
	}
}

// sniff guesses what begins at data, which may be the middle of a message.
func sniff(key flowKey, data []byte) streamKind {
	switch {
	case key.lowPort == portDNS || key.highPort == portDNS:
		return dnsMessages
	case startsTLS(data):
		return tlsRecords
	case startsHTTP(data):
		return httpMessages
	}
	return undecided
}

// startsTLS looks at what there is of a record's type and version.
func startsTLS(data []byte) bool {
	return data[0] >= recordChangeCipherSpec && data[0] <= recordApplicationData && (len(data) < 2 || data[1] == 3) && (len(data) < 3 || data[2] <= 4)
}
