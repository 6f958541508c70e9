package loganalytics

import "fmt"

// Severity says whether an issue keeps records from being sent.
type Severity int

// The severities.
const (
	// Warning is about records that the service would take and change.
	Warning Severity = iota
	// Error is about records that the service would refuse.
	Error
)

// String returns "warning" or "error".
func (s Severity) String() string {
	if s == Error {
		return "error"
	}
	return "warning"
}

// Issue is one finding of Validate.
type Issue struct {
	Severity Severity
	// RecordIndex counts from 0; -1 means that the issue is not about one
	// record.
	RecordIndex int
	// Field is the property, if the issue is about one.
	Field string
	// Line is where the record begins, or where the text is broken; it counts
	// from 1. 0 means that there is no such place.
	Line int
	// Column is the byte in the line where the text is broken, or 0.
	Column int
	// Message says what is wrong and what the service would do.
	Message string
}

// String renders the issue for people.
func (i Issue) String() string {
	where := ""
	if i.RecordIndex >= 0 {
		where = fmt.Sprintf("record %d", i.RecordIndex)
	}
	if i.Line > 0 {
		where += fmt.Sprintf(" (line %d", i.Line)
		if i.Column > 0 {
			where += fmt.Sprintf(", column %d", i.Column)
		}
		where += ")"
	}
	if i.Field != "" {
		if where != "" {
			where += ", "
		}
		where += fmt.Sprintf("field %q", i.Field)
	}
	if where == "" {
		return i.Message
	}
	return where + ": " + i.Message
}

// Summary is what Validate found out without calling any service.
type Summary struct {
	// RecordCount is the number of records in the source.
	RecordCount int
	// PendingCount is how many of them are not in the ledger, and would be
	// sent; RemovedCount is how many of the ledger's are not in the source.
	PendingCount, RemovedCount int
	// BatchCount is the number of requests that the pending records take.
	BatchCount int
	// Bytes is the size of those requests' bodies before compression.
	Bytes int64
	// Columns are those that the records would make.
	Columns []Column
	// Issues are the findings in the order of records, at most 100.
	Issues []Issue
	// IssuesOmitted counts the findings beyond.
	IssuesOmitted int
	// ErrorCount counts the errors among all findings.
	ErrorCount int
	// ContentHash is the SHA-256 of the source's bytes in hexadecimal.
	ContentHash string
	// Hashes are the records' hashes, if they were asked for.
	Hashes []Hash
}
