package report

import (
	"bytes"
	_ "embed" // the page
	"fmt"
	"html/template"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/printable"
)

//go:embed page.html
var pageText string

// page is the template of the HTML page. html/template escapes what packets say.
func page() (*template.Template, error) {
	return template.New("page").Funcs(template.FuncMap{
		"number": number, "size": size, "moment": moment, "span": span, "state": stateText,
		"endpoint":  endpoint,
		"visible":   printable.Visible,
		"names":     sortedNames,
		"protocols": sortedProtocols,
		"between":   func(first, last time.Time) time.Duration { return last.Sub(first) },
	}).Parse(pageText)
}

// view is what the page shows.
type view struct {
	Title    string
	Summary  *capture.Summary
	Problems []Problem
	All      int64
	Chart    chart
	Names    []nameList
}

type nameList struct {
	Title string
	Of    map[string]int64
}

// HTML is one page, with its style and its drawing and without any script.
func HTML(title string, s *capture.Summary) ([]byte, error) {
	shown := view{Title: title, Summary: s, Problems: Problems(s), Chart: draw(s.Timeline)}
	for _, n := range s.ConversationCount {
		shown.All += n
	}
	for _, names := range []nameList{{"TLS server names", s.ServerNames}, {"DNS questions", s.DNSNames}, {"HTTP hosts", s.HTTPHosts}} {
		if len(names.Of) > 0 {
			shown.Names = append(shown.Names, names)
		}
	}
	parsed, err := page()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := parsed.Execute(&b, shown); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// chart is the timeline in the units of its drawing.
type chart struct {
	Bars               []bar
	Width, Height      int
	Start, End         string
	MostPackets        string
	MostBytes          string
	HasRetransmissions bool
}

type bar struct {
	X, Right, Width, BytesY, BytesHeight, PacketsY float64
	Retransmitted                                  bool
	Tip                                            string
}

// Of the drawing, in its own units.
const (
	chartWidth  = 960
	chartHeight = 160
)

func draw(t capture.Timeline) chart {
	c := chart{Width: chartWidth, Height: chartHeight}
	if len(t.Bins) == 0 {
		return c
	}
	var mostPackets, mostBytes int64 = 1, 1
	for _, bin := range t.Bins {
		mostPackets, mostBytes = max(mostPackets, bin.Packets), max(mostBytes, bin.Bytes)
	}
	perSecond := func(n int64) float64 { return float64(n) / t.Width.Seconds() }
	c.Start, c.End = moment(t.Start), moment(t.Start.Add(time.Duration(len(t.Bins))*t.Width))
	c.MostPackets = fmt.Sprintf("%s packets/s", number(int64(perSecond(mostPackets)+0.5)))
	c.MostBytes = size(int64(perSecond(mostBytes)+0.5)) + "/s"
	width := float64(chartWidth) / float64(len(t.Bins))
	for i, bin := range t.Bins {
		bytesHeight := float64(bin.Bytes) / float64(mostBytes) * (chartHeight - 10)
		b := bar{
			X: float64(i) * width, Right: float64(i+1) * width, Width: width, BytesHeight: bytesHeight, BytesY: chartHeight - bytesHeight,
			PacketsY:      chartHeight - float64(bin.Packets)/float64(mostPackets)*(chartHeight-10),
			Retransmitted: bin.Retransmissions > 0,
			Tip: fmt.Sprintf("%s: %s packets, %s, %s retransmissions", moment(t.Start.Add(time.Duration(i)*t.Width)), number(bin.Packets),
				size(bin.Bytes), number(bin.Retransmissions)),
		}
		c.HasRetransmissions = c.HasRetransmissions || b.Retransmitted
		c.Bars = append(c.Bars, b)
	}
	return c
}
