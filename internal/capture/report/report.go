// Package report writes a capture's summary for people: as Markdown, fit for a
// comment on a pull request, and as one HTML page that needs nothing from
// elsewhere.
package report

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture/pcapfile"
)

// Problem is something that an engineer looks at first.
type Problem struct {
	// Severity is "problem" or "note".
	Severity string
	// Name is whose problem it is, and stands before Text: a name of somebody else's
	// making. It is empty for the capture as a whole.
	Name string
	Text string
}

const (
	problem = "problem"
	note    = "note"
)

// Problems are what stands out in a summary, the worst first.
func Problems(s *capture.Summary) []Problem {
	var all []Problem
	add := func(severity string, count int64, one, many string) {
		switch {
		case count == 1:
			all = append(all, Problem{Severity: severity, Text: "1 " + one})
		case count > 1:
			all = append(all, Problem{Severity: severity, Text: number(count) + " " + many})
		}
	}
	if s.Total.Packets == 0 {
		all = append(all, Problem{Severity: problem, Text: "No packet is in the capture, or none that the filter selects"})
	}
	for _, file := range s.Files {
		if file.Format == pcapfile.Empty {
			all = append(all, Problem{problem, file.Name, "is empty: it has 0 bytes"})
		}
		if file.Truncated {
			all = append(all, Problem{problem, file.Name, "could not be read to its end: " + file.Damage})
		}
	}
	c := s.Connections
	add(problem, c.Unanswered, "connection attempt got no answer (SYN without SYN-ACK or RST)", "connection attempts got no answer (SYN without SYN-ACK or RST)")
	add(problem, c.Refused, "connection was refused (SYN answered with RST)", "connections were refused (SYN answered with RST)")
	add(problem, c.Reset, "established connection was reset", "established connections were reset")
	add(problem, c.HalfOpen, "connection was answered and never established (SYN-ACK without the ACK that completes the handshake)",
		"connections were answered and never established (SYN-ACK without the ACK that completes the handshake)")
	add(problem, c.Aborted, "connection was given up by who asked for it, before it was established (RST or FIN of the originator)",
		"connections were given up by who asked for them, before they were established (RST or FIN of the originator)")
	add(problem, c.ResetMidstream, "connection was reset whose beginning is not in the capture: it may have been open before",
		"connections were reset whose beginning is not in the capture: they may have been open before")
	add(problem, s.DNS.Unanswered, "DNS query got no answer", "DNS queries got no answer")
	for _, code := range sortedNames(s.DNS.ResponseCodes) {
		if code != "NOERROR" {
			add(problem, s.DNS.ResponseCodes[code], "DNS answer is "+code, "DNS answers are "+code)
		}
	}
	for _, name := range sortedNames(s.ICMPErrors) {
		add(problem, s.ICMPErrors[name], "ICMP error: "+name, "ICMP errors: "+name)
	}
	add(problem, s.TLS.Alerts, "TLS alert", "TLS alerts")
	add(problem, s.ZeroWindows, "zero window: a receiver had no room", "zero windows: a receiver had no room")
	if tcp := s.Protocols["tcp"].Packets; s.Retransmissions > 0 && tcp > 0 {
		share := fmt.Sprintf(" (%.2f %% of the TCP packets)", 100*float64(s.Retransmissions)/float64(tcp))
		add(problem, s.Retransmissions, "retransmission"+share, "retransmissions"+share)
	}
	add(note, s.Overlapping, "file begins before an earlier one ended: they are taken for captures of different places, and what is in several counts for each",
		"files begin before an earlier one ended: they are taken for captures of different places, and what is in several counts for each")
	if c.Refused+c.Reset+c.Aborted+c.HalfOpen+c.ResetMidstream == 0 {
		add(note, s.Resets, "segment has RST: its connection had ended, or was tried again", "segments have RST: their connections had ended, or were tried again")
	}
	add(note, s.OutOfOrder, "segment is out of order", "segments are out of order")
	add(note, s.CutShort, "packet is longer than the snap length, and was cut", "packets are longer than the snap length, and were cut")
	add(note, s.Undecoded, "packet holds a header that cannot be decoded", "packets hold a header that cannot be decoded")
	add(note, s.Evicted, "conversation left the table before the end, and may count twice", "conversations left the table before the end, and may count twice")
	add(note, s.NamesLeftOut, "name did not fit into the tables", "names did not fit into the tables")
	return all
}

func sortedNames(of map[string]int64) []string {
	return slices.SortedFunc(maps.Keys(of), func(x, y string) int { return cmp.Or(-cmp.Compare(of[x], of[y]), cmp.Compare(x, y)) })
}

func sortedProtocols(of map[string]capture.Count) []string {
	return slices.SortedFunc(maps.Keys(of), func(x, y string) int {
		return cmp.Or(-cmp.Compare(of[x].Packets, of[y].Packets), cmp.Compare(x, y))
	})
}

// number groups digits by three.
func number(n int64) string {
	digits := fmt.Sprint(n)
	var grouped strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			grouped.WriteByte(',')
		}
		grouped.WriteRune(digit)
	}
	return grouped.String()
}

// size is like "1.2 MB", in powers of ten as network engineers count.
func size(bytes int64) string {
	value, unit := float64(bytes), "B"
	for _, larger := range []string{"kB", "MB", "GB", "TB"} {
		if value < 1000 {
			break
		}
		value, unit = value/1000, larger
	}
	if unit == "B" {
		return fmt.Sprintf("%d B", bytes)
	}
	return fmt.Sprintf("%.1f %s", value, unit)
}

func endpoint(e capture.Endpoint, hasPort bool) string {
	switch {
	case hasPort:
		return netip.AddrPortFrom(e.Address, e.Port).String()
	default:
		return e.Address.String()
	}
}

func moment(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05.000 UTC") }

// span is like "12.3 s".
func span(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	case d < 2*time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}

// stateText says Zeek's conn_state in words; nothing where there is none to say.
func stateText(c capture.Conversation) string {
	if c.Protocol != "tcp" {
		return map[capture.State]string{capture.S0: "no answer", capture.SF: "answered"}[c.State]
	}
	texts := map[capture.State]string{
		capture.S0: "no answer", capture.S1: "established", capture.SF: "ended normally", capture.REJ: "refused",
		capture.S2: "closed by the originator only", capture.S3: "closed by the responder only", capture.RSTO: "reset by the originator",
		capture.RSTR: "reset by the responder", capture.RSTOS0: "SYN, then RST by the originator", capture.RSTRH: "reset by the responder; no SYN seen",
		capture.SH: "closed by the originator; no SYN-ACK seen", capture.SHR: "closed by the responder; no SYN seen", capture.OTH: "not seen from its beginning",
	}
	switch {
	case c.HalfOpen && c.State == capture.S1:
		return "answered, never established"
	case c.HalfOpen:
		return texts[c.State] + " before it was established"
	}
	return texts[c.State]
}
