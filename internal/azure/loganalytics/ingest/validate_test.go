package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/columns"
)

var validateNow = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// rulesOf returns rules for a log type of the Data Collector API.
func rulesOf(logType string) Rules {
	return Rules{Rules: columns.Rules{LogType: logType, Now: validateNow}}
}

func validate(t *testing.T, text string, change func(*Rules)) Summary {
	t.Helper()
	rules := rulesOf("Capture")
	if change != nil {
		change(&rules)
	}
	summary, err := Validate(t.Context(), strings.NewReader(text), rules)
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

func TestValidateSummary(t *testing.T) {
	t.Parallel()
	text := numbered(0, 30)
	rules := rulesOf("Capture")
	rules.IDColumn = "IngestId"
	v := newValidation(t.Context(), strings.NewReader(text), rules)
	small(v.batches, 1000)
	summary, err := v.run()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(text))
	if summary.RecordCount != 30 || summary.PendingCount != 30 || summary.BatchCount != 2 || summary.ContentHash != hex.EncodeToString(sum[:]) {
		t.Errorf("summary %+v", summary)
	}
	// Each record gets `"IngestId":"<36>",` and a comma.
	if want := int64(len(text) + 30*50 - 2 + 2*2); summary.Bytes != want {
		t.Errorf("%d bytes, want %d", summary.Bytes, want)
	}
	if fmt.Sprint(summary.Columns) != "[{IngestId_g string} {n_d real}]" {
		t.Errorf("columns %v", summary.Columns)
	}
}

func TestValidateLeavesAloneWhatWasSent(t *testing.T) {
	t.Parallel()
	old := `{"At":"2020-01-01T00:00:00Z","tenant":1}`
	known := ledgerOf(old, `{"gone":1}`)
	summary := validate(t, old+"\n"+`{"At":"2026-11-21T12:00:00Z"}`, func(r *Rules) { r.TimeGeneratedField, r.Skip = "At", known })
	if len(summary.Issues) != 0 || summary.PendingCount != 1 || summary.RemovedCount != 1 || summary.BatchCount != 1 || len(summary.Columns) != 2 {
		t.Errorf("summary %+v", summary)
	}
	if known.Records() != 2 {
		t.Error("validating used the ledger up")
	}
}

func TestValidateEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Validate(ctx, strings.NewReader("{}"), rulesOf("a")); err == nil {
		t.Error("a cancelled validation succeeded")
	}
}
