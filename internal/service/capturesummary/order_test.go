package capturesummary_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

// TestRingFilesInAnyOrder come as fileset sorts them, by letters, and from a ring that
// went round: the numbers of the later half come first.
func TestRingFilesInAnyOrder(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	const files = 12
	step := traffic.Period
	for name, number := range map[string]func(i int) int{
		"by letters": func(i int) int { return i },
		"went round": func(i int) int { return (i + files/2) % files },
	} {
		folder := t.TempDir()
		var names, want []string
		for i := range files {
			var b bytes.Buffer
			from := start.Add(time.Duration(i) * step)
			file := traffic.File{Target: machine, From: from, To: from.Add(step)}
			if _, _, err := file.Write(&b); err != nil {
				t.Fatal(err)
			}
			base := fmt.Sprintf("ring_%d.pcap", number(i))
			if err := os.WriteFile(filepath.Join(folder, base), b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			names, want = append(names, filepath.Join(folder, base)), append(want, base)
		}
		slices.Sort(names)
		value, diagnostics := p.ReadData(t.Context(), typeName, acctest.Config{"source": acctest.Config{"files": names}})
		p.Expect(diagnostics)
		var got []string
		for i := range acctest.Elements(t, value, "files") {
			got = append(got, acctest.Get(t, value, fmt.Sprintf("files.%d.name", i)))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: read in the order %v", name, got)
		}
		if report := acctest.Get(t, value, "report"); strings.Contains(report, "before an earlier one ended") {
			t.Errorf("%s: %s", name, report)
		}
	}
}

// TestOverlappingFilesAreNoted reads the same packets twice.
func TestOverlappingFilesAreNoted(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t, acctest.StartCloud(t, cloudsim.Options{}))
	value, diagnostics := p.ReadData(t.Context(), typeName, acctest.Config{"source": acctest.Config{"files": []string{write(t, onePeriod(t)), write(t, onePeriod(t))}}})
	p.Expect(diagnostics)
	acctest.ExpectAttributes(t, value, "retransmissions", "6", "connections.established", "8", "dns.unanswered", "2")
	if report := acctest.Get(t, value, "report"); !strings.Contains(report, "1 file begins before an earlier one ended") {
		t.Error(report)
	}
}
