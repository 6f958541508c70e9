package report

import (
	"fmt"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/printable"
)

// Rows of the tables in Markdown.
const (
	maxRows  = 20
	maxNames = 20
)

// Markdown is the summary as GitHub and others show it. Names from packets are
// code, so that none is taken for markup.
func Markdown(title string, s *capture.Summary) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n", text(title))
	fmt.Fprintf(&b, "%s packets, %s", number(s.Total.Packets), size(s.Total.Bytes))
	if !s.First.IsZero() {
		fmt.Fprintf(&b, ", %s to %s (%s)", moment(s.First), moment(s.Last), span(s.Last.Sub(s.First)))
	}
	b.WriteString(".\n\n")
	if c := s.Connections; c.Attempted > 0 {
		fmt.Fprintf(&b, "TCP connections: %s attempted, %s established, %s unanswered, %s refused, %s reset.",
			number(c.Attempted), number(c.Established), number(c.Unanswered), number(c.Refused), number(c.Reset))
		if s.Handshakes > 0 {
			fmt.Fprintf(&b, " Handshakes took %s to %s, %s in the median.", span(s.HandshakeRTT[0]), span(s.HandshakeRTT[2]), span(s.HandshakeRTT[1]))
		}
		b.WriteString("\n\n")
	}
	problems := Problems(s)
	if len(problems) == 0 {
		b.WriteString("Nothing stands out.\n\n")
	} else {
		for _, p := range problems {
			b.WriteString("- ")
			if p.Name != "" {
				b.WriteString(code(p.Name) + " ")
			}
			b.WriteString(text(p.Text) + "\n")
		}
		b.WriteString("\n")
	}
	if len(s.Protocols) > 0 {
		b.WriteString("| protocol | packets | bytes |\n| --- | ---: | ---: |\n")
		for _, name := range sortedProtocols(s.Protocols) {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", name, number(s.Protocols[name].Packets), number(s.Protocols[name].Bytes))
		}
		b.WriteString("\n")
	}
	conversationTable(&b, s)
	for _, names := range []struct {
		title string
		of    map[string]int64
	}{{"TLS server name", s.ServerNames}, {"DNS question", s.DNSNames}, {"HTTP host", s.HTTPHosts}} {
		nameTable(&b, names.title, names.of)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func conversationTable(b *strings.Builder, s *capture.Summary) {
	if len(s.Conversations) == 0 {
		return
	}
	var all int64
	for _, n := range s.ConversationCount {
		all += n
	}
	rows := s.Conversations[:min(len(s.Conversations), maxRows)]
	fmt.Fprintf(b, "The largest %d of %s conversations:\n\n", len(rows), number(all))
	b.WriteString("| | originator | responder | packets | bytes | duration | state | retransmissions |\n| --- | --- | --- | ---: | ---: | ---: | --- | ---: |\n")
	for _, c := range rows {
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", c.Protocol, endpoint(c.Originator, c.HasPorts), endpoint(c.Responder, c.HasPorts),
			number(c.Sent.Packets+c.Received.Packets), number(c.Sent.Bytes+c.Received.Bytes), span(c.Last.Sub(c.First)), c.State, number(c.Retransmissions))
	}
	b.WriteString("\n")
}

func nameTable(b *strings.Builder, title string, of map[string]int64) {
	if len(of) == 0 {
		return
	}
	fmt.Fprintf(b, "| %s | count |\n| --- | ---: |\n", title)
	names := sortedNames(of)
	for _, name := range names[:min(len(names), maxNames)] {
		fmt.Fprintf(b, "| %s | %s |\n", code(name), number(of[name]))
	}
	if left := len(names) - maxNames; left > 0 {
		fmt.Fprintf(b, "| and %s more | |\n", number(int64(left)))
	}
	b.WriteString("\n")
}

// code shows a name as it is. In code nobody is mentioned (@name), no issue is (#1),
// and nothing becomes a link.
func code(name string) string {
	return "`" + strings.NewReplacer("`", `\x60`, "|", `\x7c`).Replace(printable.Visible(name)) + "`"
}

// text keeps a text of ours from being markup. Names of somebody else's making are
// code.
func text(s string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "<", "&lt;", "[", `\[`, "|", `\|`).Replace(printable.Visible(s))
}
