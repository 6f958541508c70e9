package loganalytics

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"time"
)

// Rules are what Validate checks records against.
type Rules struct {
	API API
	// LogType is the Data Collector API's log type; it is checked only for
	// that API.
	LogType string
	// TimeGeneratedField names the property that becomes TimeGenerated; it
	// may be empty. It is checked only for the Data Collector API.
	TimeGeneratedField string
	// IDColumn is the property that Send will add; it may be empty.
	IDColumn string
	// Existing are the columns that the table is known to have.
	Existing []Column
	// Skip are the records that were sent before; nil means none.
	Skip *Ledger
	// MaxBatchBytes is SendOptions.MaxBatchBytes.
	MaxBatchBytes int
	// Now is the time against which generated times are judged; it must be
	// given.
	Now time.Time
	// HideValues keeps the records' values out of issues, for secret records.
	HideValues bool
	// KeepHashes fills Summary.Hashes.
	KeepHashes bool
}

// maxIssues bounds how many issues a summary lists.
const maxIssues = 100

// Validate reads all records and finds what the service would refuse or
// change, without calling it. It holds one record and at most one batch at a
// time. What is wrong with the records is in the summary's issues; the error
// is for sources that cannot be read.
func Validate(ctx context.Context, source io.Reader, rules Rules) (Summary, error) {
	v := newValidator(rules)
	digest := sha256.New()
	text := io.TeeReader(&contextReader{ctx: ctx, source: source}, digest)
	records := newBatcher(rules.API, rules.MaxBatchBytes, text, rules.Skip, newIdentifier(rules.IDColumn, ""))
	records.countOnly(!rules.KeepHashes && rules.Skip.Empty())
	records.onRecord = v.record
	v.settings()
	for {
		b, err := records.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return v.summary, v.failed(err)
		}
		v.summary.BatchCount++
		v.summary.Bytes += int64(b.rawBytes())
		b.release()
	}
	v.finish(records, digest)
	return v.summary, nil
}

// validator builds a summary.
type validator struct {
	rules   Rules
	limits  limits
	schema  *schema
	spelled map[string]string // lower case -> the first spelling
	summary Summary
	text    []byte // the present value
	flat    flattener
	objects map[string]bool // properties that were said to be objects
}

func newValidator(rules Rules) *validator {
	return &validator{
		rules: rules, limits: rules.API.limits(), schema: newSchema(rules.API, rules.Existing),
		spelled: map[string]string{}, objects: map[string]bool{},
	}
}

func (v *validator) issue(issue Issue) {
	if issue.Severity == Error {
		v.summary.ErrorCount++
	}
	if len(v.summary.Issues) < maxIssues {
		v.summary.Issues = append(v.summary.Issues, issue)
		return
	}
	v.summary.IssuesOmitted++
	if issue.Severity == Warning {
		return
	}
	// No number of warnings may hide an error.
	last := slices.IndexFunc(v.summary.Issues, func(i Issue) bool { return i.Severity == Warning })
	if last >= 0 {
		v.summary.Issues = append(slices.Delete(v.summary.Issues, last, last+1), issue)
	}
}

// settings checks what is not about records.
func (v *validator) settings() {
	general := func(severity Severity, message string) {
		if message != "" {
			v.issue(Issue{Severity: severity, RecordIndex: -1, Message: message})
		}
	}
	if v.rules.API == DataCollector {
		if wrong := logTypeError(v.rules.LogType); wrong != "" {
			general(Error, wrong)
		} else {
			general(Warning, logTypeWarning(v.rules.LogType))
		}
	}
	if v.rules.IDColumn != "" {
		if wrong := v.nameError(v.rules.IDColumn); wrong != "" {
			general(Error, fmt.Sprintf("the ingest id column %q: %s", v.rules.IDColumn, wrong))
		}
		// Its text does not matter: every id is a GUID.
		id, text := v.schema.property([]byte(v.rules.IDColumn)), []byte("00000000-0000-0000-0000-000000000000")
		v.schema.observe(id, kindString, text)
		if v.rules.API == LogsIngestion {
			v.schema.declare(id, -1, kindString, text)
		}
	}
}

// failed turns errors about records into issues and returns the others.
func (v *validator) failed(err error) error {
	v.summary.Columns = v.schema.result()
	var syntax *SyntaxError
	var tooLarge *TooLargeError
	var changed *SourceChangedError
	switch {
	case errors.As(err, &syntax):
		v.issue(Issue{Severity: Error, RecordIndex: syntax.RecordIndex, Line: syntax.Line, Column: syntax.Column, Message: syntax.Message})
	case errors.As(err, &tooLarge):
		v.issue(Issue{Severity: Error, RecordIndex: tooLarge.RecordIndex, Line: tooLarge.Line, Message: tooLarge.reason()})
	case errors.As(err, &changed):
		v.issue(Issue{Severity: Error, RecordIndex: -1, Message: changed.Error()})
	default:
		return err
	}
	return nil
}

func (v *validator) finish(records *batcher, digest hash.Hash) {
	v.summary.Columns = v.schema.result()
	v.summary.ContentHash = hex.EncodeToString(digest.Sum(nil))
	v.summary.PendingCount = v.summary.RecordCount - records.skips
	// What is left of the ledger was not in the source.
	v.summary.RemovedCount = records.known.total
	if v.summary.RecordCount == 0 {
		v.issue(Issue{Severity: Error, RecordIndex: -1, Message: "there are no records to send"})
	}
	if v.schema.overflow {
		v.issue(Issue{Severity: Warning, RecordIndex: -1, Message: fmt.Sprintf(
			"the records make more than %d columns; the service puts what is beyond into the dynamic column %s", v.limits.columns, additionalFields)})
	}
	if v.rules.API == LogsIngestion && len(v.summary.Columns) > v.limits.columns {
		v.issue(Issue{Severity: Error, RecordIndex: -1, Message: fmt.Sprintf(
			"the records have %d different properties; a table has at most %d columns", len(v.summary.Columns), v.limits.columns)})
	}
}
