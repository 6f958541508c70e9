package capture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// question names a query: the same one asked again is one.
type question struct {
	flow flowKey
	id   uint16
}

// subject is a hash of what is asked for. 0 is unknown: some answers do not repeat
// the question.
type subject uint64

// maxQuestions bounds how many queries wait for an answer. When that many are new
// the older ones count as unanswered.
const maxQuestions = 32768

type dnsState struct {
	queries, answers, unanswered int64
	codes                        map[string]int64
	waiting, older               map[question]subject
}

func (d *dnsState) init() {
	d.codes, d.waiting, d.older = map[string]int64{}, map[question]subject{}, map[question]subject{}
}

func (d *dnsState) ask(q question, about subject) {
	d.queries++
	for _, asked := range []map[question]subject{d.waiting, d.older} {
		before, waits := asked[q]
		switch {
		case waits && before == about:
			return
		case waits:
			// The number is used again before there was an answer.
			d.unanswered++
			delete(asked, q)
		}
	}
	if len(d.waiting) >= maxQuestions {
		d.unanswered += int64(len(d.older))
		d.older, d.waiting = d.waiting, map[question]subject{}
	}
	d.waiting[q] = about
}

func (d *dnsState) answer(q question, about subject, code string) {
	d.answers++
	d.codes[code]++
	for _, asked := range []map[question]subject{d.waiting, d.older} {
		if before, waits := asked[q]; waits && (before == about || before == 0 || about == 0) {
			delete(asked, q)
		}
	}
}

func (d *dnsState) finish(result *DNS) {
	*result = DNS{
		Queries: d.queries, Answers: d.answers, ResponseCodes: d.codes,
		Unanswered: d.unanswered + int64(len(d.waiting)) + int64(len(d.older)),
	}
}

// dnsMessage reads a message's header and its first question.
func (a *Analyzer) dnsMessage(c *conversation, message []byte) {
	var parser dnsmessage.Parser
	header, err := parser.Start(message)
	if err != nil {
		return
	}
	q := question{c.key, header.ID}
	first, known := questionOf(message)
	about := subject(0)
	if known {
		about = subjectOf(first)
	}
	if header.Response {
		a.dns.answer(q, about, responseCode(uint16(header.RCode)))
		return
	}
	a.dns.ask(q, about)
	if a.names.wanted && known {
		a.names.question(first.name)
	}
}

// asked is what a message asks for.
type asked struct {
	name        string
	kind, class uint16
}

// questionOf reads the first question. dnsmessage refuses names that hold a dot in a
// label, which are nevertheless asked for: there the dot is \x2e, and bytes that are
// not printable are written like it.
//
// Source: RFC 1035 section 4.1
func questionOf(message []byte) (q asked, ok bool) {
	const (
		headerLength = 12
		longestLabel = 63
		fixedFields  = 4
	)
	if len(message) < headerLength || binary.BigEndian.Uint16(message[4:]) == 0 {
		return q, false
	}
	var name strings.Builder
	rest, length := message[headerLength:], 0
	for {
		if len(rest) == 0 || rest[0] > longestLabel || len(rest) < 1+int(rest[0]) {
			return q, false
		}
		label := rest[1 : 1+rest[0]]
		rest = rest[1+len(label):]
		if length += 1 + len(label); length > maxNameLength {
			return q, false
		}
		if len(label) == 0 {
			break
		}
		if name.Len() > 0 {
			name.WriteByte('.')
		}
		for _, c := range label {
			writeEscaped(&name, c, ordinary(c) && c != '.')
		}
	}
	if len(rest) < fixedFields {
		return q, false
	}
	q = asked{name.String(), binary.BigEndian.Uint16(rest), binary.BigEndian.Uint16(rest[2:])}
	if q.name == "" {
		q.name = "."
	}
	return q, true
}

// subjectOf ignores letter case, which resolvers mix to be harder to deceive.
func subjectOf(q asked) subject {
	sum := fnv.New64a()
	// It never fails.
	_, _ = fmt.Fprintf(sum, "%s %d %d", strings.ToLower(q.name), q.kind, q.class)
	return subject(sum.Sum64())
}

// feedDNS reads messages behind their lengths, RFC 1035 section 4.2.2.
func (a *Analyzer) feedDNS(c *conversation, s *stream, data []byte) bool {
	if len(s.buffer) > 0 {
		s.buffer = append(s.buffer, data...)
		data = s.buffer
	}
	whole := len(data)
	for len(data) >= 2 {
		length := int(data[0])<<8 | int(data[1])
		if len(data) < 2+length {
			break
		}
		a.dnsMessage(c, data[2:2+length])
		data = data[2+length:]
	}
	if len(data) < whole || len(s.buffer) == 0 {
		// The rest alone: the messages before it would stay in memory.
		s.buffer = bytes.Clone(data)
	}
	return true
}

// responseCodes are IANA's names.
var responseCodes = []string{
	"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE",
}

func responseCode(code uint16) string {
	if int(code) < len(responseCodes) {
		return responseCodes[code]
	}
	return fmt.Sprintf("RCODE%d", code)
}
