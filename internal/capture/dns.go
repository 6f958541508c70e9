package capture

import (
	"fmt"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// question names a query: the same one asked again is one.
type question struct {
	flow flowKey
	id   uint16
}

// maxQuestions bounds how many queries wait for an answer. When that many are new
// the older ones count as unanswered.
const maxQuestions = 32768

type dnsState struct {
	queries, answers, unanswered int64
	codes                        map[string]int64
	waiting, older               map[question]struct{}
}

func (d *dnsState) init() {
	d.codes, d.waiting, d.older = map[string]int64{}, map[question]struct{}{}, map[question]struct{}{}
}

func (d *dnsState) ask(q question) {
	d.queries++
	if _, waits := d.older[q]; waits {
		return
	}
	if len(d.waiting) >= maxQuestions {
		d.unanswered += int64(len(d.older))
		d.older, d.waiting = d.waiting, map[question]struct{}{}
	}
	d.waiting[q] = struct{}{}
}

func (d *dnsState) answer(q question, code string) {
	d.answers++
	d.codes[code]++
	delete(d.waiting, q)
	delete(d.older, q)
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
	if header.Response {
		a.dns.answer(q, responseCode(uint16(header.RCode)))
		return
	}
	a.dns.ask(q)
	if !a.names.wanted {
		return
	}
	if asked, err := parser.Question(); err == nil {
		name := asked.Name.String()
		if len(name) > 1 {
			name = strings.TrimSuffix(name, ".")
		}
		a.names.question(name)
	}
}

// feedDNS reads messages behind their lengths, RFC 1035 section 4.2.2.
func (a *Analyzer) feedDNS(c *conversation, s *stream, data []byte) bool {
	if len(s.buffer) > 0 {
		s.buffer = append(s.buffer, data...)
		data = s.buffer
	}
	for len(data) >= 2 {
		length := int(data[0])<<8 | int(data[1])
		if len(data) < 2+length {
			break
		}
		a.dnsMessage(c, data[2:2+length])
		data = data[2+length:]
	}
	s.buffer = append(s.buffer[:0], data...)
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
