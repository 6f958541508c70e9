package report_test

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture/report"
)

// hostile are names that a packet can bring.
const hostile = "<script>alert(1)</script>`|[x](javascript:1)\n# head @octocat #1 \u202egpj.exe \x1b[2J\xff"

func summary() *capture.Summary {
	start := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	return &capture.Summary{
		Files: []capture.File{{Name: hostile, SizeBytes: 1234567, Format: "pcap", Truncated: true, Damage: "the file ends in the middle of a record"}},
		Total: capture.Count{Packets: 1234, Bytes: 5678901}, First: start, Last: start.Add(90 * time.Second),
		Protocols: map[string]capture.Count{"tcp": {Packets: 1000, Bytes: 5000000}}, Connections: capture.Connections{Attempted: 2, Refused: 1},
		Retransmissions: 25, ServerNames: map[string]int64{hostile: 1},
		Timeline: capture.Timeline{Start: start, Width: time.Second, Bins: []capture.Bin{{Packets: 10, Bytes: 100, Retransmissions: 1}, {}, {Packets: 5, Bytes: 900}}},
	}
}

func TestHTMLIsSafeAndNeedsNothing(t *testing.T) {
	t.Parallel()
	page, err := report.HTML(hostile, summary())
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	expectVisible(t, text)
	for _, odd := range []string{"<script", "http://", "https://", "<link", "<img", "url(", "ZgotmplZ"} {
		if strings.Contains(text, odd) {
			t.Errorf("the page has %q", odd)
		}
	}
	for _, part := range []string{"&lt;script&gt;", "1,234 packets", "5.7 MB", "1 connection was refused", "25 retransmissions (2.50 % of the TCP packets)", "middle of a record", "prefers-color-scheme", "@media print", "retransmitted"} {
		if !strings.Contains(text, part) {
			t.Errorf("the page has no %q", part)
		}
	}
}

func TestMarkdownIsSafe(t *testing.T) {
	t.Parallel()
	text := report.Markdown("Packet capture", summary())
	expectVisible(t, text)
	for line := range strings.SplitSeq(text, "\n") {
		if outside := notInCode(line); strings.ContainsAny(outside, "@") || strings.Contains(outside, "javascript") {
			t.Errorf("a name is not code: %s", line)
		}
		if strings.HasPrefix(line, "# ") || strings.Contains(notInCode(line), "<script") {
			t.Errorf("markup of a packet: %s", line)
		}
	}
	for _, part := range []string{"1,234 packets, 5.7 MB", "2026-11-29 12:00:00.000 UTC", "- 1 connection was refused", "| tcp | 1,000 | 5,000,000 |"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in:\n%s", part, text)
		}
	}
}

// expectVisible wants nothing that turns text around, hides it, or moves a cursor.
func expectVisible(t *testing.T, text string) {
	t.Helper()
	for _, c := range text {
		if c != '\n' && !unicode.IsPrint(c) || c == unicode.ReplacementChar {
			t.Fatalf("the report has %q", c)
		}
	}
	if !strings.Contains(text, `\u202egpj.exe \x1b[2J\xff`) {
		t.Error("the name is not seen as it is")
	}
}

// notInCode is what of a line is not between backquotes.
func notInCode(line string) string {
	var outside strings.Builder
	for i, part := range strings.Split(line, "`") {
		if i%2 == 0 {
			outside.WriteString(part)
		}
	}
	return outside.String()
}

func TestNothingStandsOut(t *testing.T) {
	t.Parallel()
	quiet := &capture.Summary{Total: capture.Count{Packets: 1, Bytes: 60}}
	if problems := report.Problems(quiet); len(problems) > 0 {
		t.Error(problems)
	}
	if text := report.Markdown("Quiet", quiet); !strings.Contains(text, "Nothing stands out.") {
		t.Error(text)
	}
	if problems := report.Problems(&capture.Summary{}); len(problems) != 1 || !strings.Contains(problems[0].Text, "No packet") {
		t.Error(problems)
	}
}

// TestConnectionsThatWereNeverEstablished are problems in both reports, and so are
// resets of what was open before the capture.
func TestConnectionsThatWereNeverEstablished(t *testing.T) {
	t.Parallel()
	for text, connections := range map[string]capture.Connections{
		"5 connections were answered and never established":              {Attempted: 5, HalfOpen: 5},
		"1 connection was given up by who asked for it":                  {Attempted: 1, Aborted: 1},
		"2 connections were reset whose beginning is not in the capture": {ResetMidstream: 2},
	} {
		s := &capture.Summary{
			Total: capture.Count{Packets: 10, Bytes: 600}, Connections: connections,
			Conversations: []capture.Conversation{{Protocol: "tcp", State: capture.S1, HalfOpen: true}, {Protocol: "icmp", State: capture.OTH}},
		}
		if problems := report.Problems(s); len(problems) != 1 || problems[0].Severity != "problem" {
			t.Errorf("%+v: %v", connections, problems)
		}
		page, err := report.HTML("Capture", s)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(page), text) || !strings.Contains(string(page), "S1 <span class=\"dim\">answered, never established") || strings.Contains(string(page), "beginning</span>") {
			t.Errorf("%q is not in the page, or a state is wrong", text)
		}
		if markdown := report.Markdown("Capture", s); !strings.Contains(markdown, "- "+text) || strings.Contains(markdown, "Nothing stands out") {
			t.Errorf("%q is not in:\n%s", text, markdown)
		}
	}
	ended := &capture.Summary{Total: capture.Count{Packets: 8}, Resets: 1, Connections: capture.Connections{Attempted: 1, Established: 1}}
	if problems := report.Problems(ended); len(problems) != 1 || problems[0].Severity != "note" || !strings.Contains(problems[0].Text, "1 segment has RST") {
		t.Error(problems)
	}
}
