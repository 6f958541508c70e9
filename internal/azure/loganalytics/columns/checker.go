package columns

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
)

// Rules are what a Checker checks records against.
type Rules struct {
	API loganalytics.API
	// LogType is the Data Collector API's log type; it is checked only for
	// that API.
	LogType string
	// TimeGeneratedField names the property that becomes TimeGenerated; it
	// may be empty. It is checked only for the Data Collector API.
	TimeGeneratedField string
	// IDColumn is the property that ingest adds; it may be empty.
	IDColumn string
	// Existing are the columns that the table is known to have.
	Existing []loganalytics.Column
	// Now is the time against which generated times are judged; it must be
	// given.
	Now time.Time
	// HideValues keeps the records' values out of issues, for secret records.
	HideValues bool
}

// maxIssues bounds how many issues are listed.
const maxIssues = 100

// Checker finds what a service would refuse or change in records, without calling
// it, and predicts their columns.
type Checker struct {
	rules    Rules
	limits   loganalytics.Limits
	schema   *schema
	spelled  map[string]string // lower case -> the first spelling
	findings Findings
	text     []byte // the present value
	flat     records.Flattener
	objects  map[string]bool // properties that were said to be objects
}

// NewChecker returns a checker that has checked what is not about records.
func NewChecker(rules Rules) *Checker {
	c := newChecker(rules)
	if rules.API == loganalytics.DataCollector {
		c.logType()
	}
	if rules.IDColumn != "" {
		c.idColumn()
	}
	return c
}

func newChecker(rules Rules) *Checker {
	return &Checker{
		rules: rules, limits: rules.API.Limits(), schema: newSchema(rules.API, rules.Existing),
		spelled: map[string]string{}, objects: map[string]bool{},
	}
}

// Report adds an issue. No number of warnings hides an error.
func (c *Checker) Report(issue Issue) {
	f := &c.findings
	if issue.Severity == Error {
		f.ErrorCount++
	}
	if len(f.Issues) < maxIssues {
		f.Issues = append(f.Issues, issue)
		return
	}
	f.IssuesOmitted++
	if issue.Severity == Warning {
		return
	}
	if last := slices.IndexFunc(f.Issues, func(i Issue) bool { return i.Severity == Warning }); last >= 0 {
		f.Issues = append(slices.Delete(f.Issues, last, last+1), issue)
	}
}

// general reports what is not about one record.
func (c *Checker) general(severity Severity, format string, arguments ...any) {
	c.Report(Issue{Severity: severity, RecordIndex: -1, Message: fmt.Sprintf(format, arguments...)})
}

func (c *Checker) logType() {
	if err := loganalytics.CheckLogType(c.rules.LogType); err != nil {
		c.general(Error, "%s", err)
	} else if warning := loganalytics.LogTypeWarning(c.rules.LogType); warning != "" {
		c.general(Warning, "%s", warning)
	}
}

func (c *Checker) idColumn() {
	if wrong := c.nameError(c.rules.IDColumn); wrong != "" {
		c.general(Error, "the ingest id column %q: %s", c.rules.IDColumn, wrong)
	}
	// Its text does not matter: every id is a GUID.
	id, text := c.schema.property([]byte(c.rules.IDColumn)), []byte("00000000-0000-0000-0000-000000000000")
	c.schema.observe(id, records.KindString, text)
	if c.rules.API == loganalytics.LogsIngestion {
		c.schema.declare(id, -1, records.KindString, text)
	}
}

// Unreadable makes an issue of an error that is about the records' text, and
// returns any other.
func (c *Checker) Unreadable(err error) error {
	var syntax *records.SyntaxError
	var tooLarge *records.TooLargeError
	switch {
	case errors.As(err, &syntax):
		c.Report(Issue{Severity: Error, RecordIndex: syntax.RecordIndex, Line: syntax.Line, Column: syntax.Column, Message: syntax.Message})
	case errors.As(err, &tooLarge):
		c.Report(Issue{Severity: Error, RecordIndex: tooLarge.RecordIndex, Line: tooLarge.Line, Message: tooLarge.Reason()})
	default:
		return err
	}
	return nil
}

// Finish checks what only all records together show.
func (c *Checker) Finish() {
	if c.findings.RecordCount == 0 {
		c.general(Error, "there are no records to send")
	}
	if c.schema.overflow {
		c.general(Warning, "the records make more than %d columns; the service puts what is beyond into the dynamic column %s", c.limits.Columns, additionalFields)
	}
	if made := len(c.schema.result()); c.rules.API == loganalytics.LogsIngestion && made > c.limits.Columns {
		c.general(Error, "the records have %d different properties; a table has at most %d columns", made, c.limits.Columns)
	}
}

// Findings returns what was found so far.
func (c *Checker) Findings() Findings {
	c.findings.Columns = c.schema.result()
	return c.findings
}
