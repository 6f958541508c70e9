package capture_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/gopacket/gopacket/pcapgo"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

// benchmarkFile has about a hundred megabytes.
func benchmarkFile(b *testing.B) []byte {
	b.Helper()
	var file bytes.Buffer
	_, _, err := (traffic.File{Target: target, From: start, To: start.Add(8000 * traffic.Period), MaxBytes: 100e6}).Write(&file)
	if err != nil {
		b.Fatal(err)
	}
	return file.Bytes()
}

// BenchmarkSummary and BenchmarkCount read the same file: with everything, and only
// counting packets.
func BenchmarkSummary(b *testing.B) {
	file := benchmarkFile(b)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		analyzer := capture.NewAnalyzer(capture.Options{IncludeNames: true, MaxConversations: 100})
		if err := analyzer.AddFile("file", bytes.NewReader(file)); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(analyzer.Summary().Total.Packets), "packets")
	}
}

func BenchmarkCount(b *testing.B) {
	file := benchmarkFile(b)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		reader, err := pcapgo.NewReader(bytes.NewReader(file))
		if err != nil {
			b.Fatal(err)
		}
		packets := 0
		for {
			if _, _, err = reader.ZeroCopyReadPacketData(); err != nil {
				break
			}
			packets++
		}
		if !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
		b.ReportMetric(float64(packets), "packets")
	}
}
