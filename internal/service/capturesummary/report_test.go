package capturesummary_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// TestAReportReplacesOnlyReports writes a page twice, and onto a file that the
// same summary has just kept.
func TestAReportReplacesOnlyReports(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	file, folder := write(t, onePeriod(t)), t.TempDir()
	page := filepath.Join(folder, "page.html")
	source := acctest.Config{"files": []string{file}}
	for range 2 {
		if _, diagnostics := p.Apply(t.Context(), typeName, nil, acctest.Config{"source": source, "report_to": page}); len(diagnostics.Errors()) > 0 {
			t.Fatal(diagnostics.Errors())
		}
	}
	kept := filepath.Join(folder, filepath.Base(file))
	_, diagnostics := p.Apply(t.Context(), typeName, nil, acctest.Config{"source": source, "save_to": folder, "report_to": kept})
	if text := strings.Join(diagnostics.Errors(), "\n"); !strings.Contains(text, "would be lost") {
		t.Errorf("the report replaces what was kept: %s", text)
	}
	original, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if now, err := os.ReadFile(kept); err != nil || !bytes.Equal(now, original) {
		t.Errorf("the kept file is another one now: %v", err)
	}
}
