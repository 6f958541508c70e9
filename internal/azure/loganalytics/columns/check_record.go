package columns

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
)

// What is said only once for each property name.
const (
	saidName = 1 << iota
	saidLong
	saidNested
	saidGUID
	saidDate
	saidCase
	saidNumber
	saidRange
	saidMixed // One bit for each kind; it must be the last.
)

// Record checks one record. What was sent before only counts: nothing about it can
// be changed, and its times have become old.
func (c *Checker) Record(record *records.Record, sent bool) {
	c.findings.RecordCount++
	fields := record.Fields
	if c.rules.API == loganalytics.DataCollector {
		if !sent {
			c.nested(record)
		}
		fields = c.flat.Fields(record)
	}
	var generated *records.Field
	for i := range fields {
		f := &fields[i]
		p := c.schema.property(f.DecodedName())
		c.text = f.Text(c.text[:0])
		stored, held := c.schema.observe(p, f.Kind, c.text), true
		if c.rules.API == loganalytics.LogsIngestion {
			held = c.schema.declare(p, record.Index, f.Kind, c.text)
		}
		if sent {
			continue
		}
		c.name(record, p, f)
		c.value(record, p, f, stored)
		if c.rules.API == loganalytics.LogsIngestion {
			c.declaredValue(record, p, f, held)
		}
		if p.name == c.rules.TimeGeneratedField {
			generated = f
		}
	}
	if !sent && c.rules.TimeGeneratedField != "" && c.rules.API == loganalytics.DataCollector {
		c.generatedTime(record, generated)
	}
}

// nested says what becomes of the record's objects.
func (c *Checker) nested(record *records.Record) {
	for i := range record.Fields {
		f := &record.Fields[i]
		if f.Kind != records.KindObject {
			continue
		}
		name := string(f.DecodedName())
		if c.objects[name] {
			continue
		}
		c.objects[name] = true
		c.report(Warning, record, name, "the value is an object; the service flattens it: each member is stored in a column of its own, named %s_, the member's name, and the suffix of its type "+
			"(how deep this goes is not documented; give the object as a string to keep it as one text)", name)
	}
}

func (c *Checker) report(severity Severity, record *records.Record, name, format string, arguments ...any) {
	c.Report(Issue{Severity: severity, RecordIndex: record.Index, Line: record.Line, Field: name, Message: fmt.Sprintf(format, arguments...)})
}

// once reports whether a remark on a property is made for the first time.
func (p *property) once(remark uint16) bool {
	first := p.warned&remark == 0
	p.warned |= remark
	return first
}

// name checks a property's name.
func (c *Checker) name(record *records.Record, p *property, f *records.Field) {
	switch twice := p.lastRecord == record.Index+1; {
	case twice && c.rules.API == loganalytics.DataCollector && (f.Depth > 0 || p.nested):
		c.report(Warning, record, p.name, "flattened, two properties of the record have this name; which of the two is stored is not defined")
	case twice:
		c.report(Warning, record, p.name, "the record has this property twice; which of the two is stored is not defined")
	}
	p.nested = f.Depth > 0
	p.lastRecord = record.Index + 1
	if p.name == c.rules.IDColumn && c.rules.IDColumn != "" {
		c.report(Error, record, p.name, "the record has a property of the same name as the ingest id column; choose another column")
	}
	if p.once(saidName) {
		if wrong := c.propertyNameError(*f, p.name); wrong != "" {
			c.report(Error, record, p.name, "%s", wrong)
		}
	}
	if p.warned&saidCase == 0 {
		p.warned |= saidCase
		lower := strings.ToLower(p.name)
		if first, taken := c.spelled[lower]; taken && first != p.name {
			c.report(Warning, record, p.name, "the name differs only by case from %q; queries tell the two columns apart", first)
		} else {
			c.spelled[lower] = p.name
		}
	}
}

// propertyNameError says why a field, which may be flattened, cannot have its
// name, or nothing.
func (c *Checker) propertyNameError(f records.Field, name string) string {
	if f.Depth > 0 && slices.Contains(c.limits.Reserved, string(records.Field{Name: f.Root, Escaped: f.Escaped}.DecodedName())) {
		name = string(records.Field{Name: f.Root, Escaped: f.Escaped}.DecodedName())
	}
	return c.nameError(name)
}

// nameError says why a property cannot have the name, or nothing.
func (c *Checker) nameError(name string) string {
	switch {
	case name == "":
		return "the name is empty"
	case slices.Contains(c.limits.Reserved, name):
		return "the name is reserved by the service (" + strings.Join(c.limits.Reserved, ", ") + ")"
	}
	for i, char := range name {
		if !loganalytics.IsNameCharacter(char) {
			return fmt.Sprintf("the name contains %q; the service takes letters, digits and underscores", char)
		}
		if c.rules.API == loganalytics.LogsIngestion && i == 0 && (char == '_' || char >= '0' && char <= '9') {
			return "the name must begin with a letter"
		}
	}
	if length := c.columnNameLength(name); length > c.limits.NameLength {
		if c.rules.API == loganalytics.DataCollector {
			return fmt.Sprintf("the name makes a column name of %d characters with the suffix that the service appends; it takes at most %d", length, c.limits.NameLength)
		}
		return fmt.Sprintf("the name has %d characters; the service takes at most %d", length, c.limits.NameLength)
	}
	return ""
}

// columnNameLength counts the Data Collector API's suffix: whether it
// belongs to the 45 characters is not documented, and this is the safe
// reading.
func (c *Checker) columnNameLength(name string) int {
	length := utf8.RuneCountInString(name)
	if c.rules.API == loganalytics.DataCollector {
		length += len("_s")
	}
	return length
}

// value checks a value, whose text is in c.text, and predicts its column.
func (c *Checker) value(record *records.Record, p *property, f *records.Field, stored columnType) {
	if len(c.text) > c.limits.FieldBytes && p.once(saidLong) {
		c.report(Warning, record, p.name, "the value has %d bytes; the service cuts values at %d", len(c.text), c.limits.FieldBytes)
	}
	if c.rules.API != loganalytics.DataCollector {
		return
	}
	if f.Kind == records.KindArray && p.once(saidNested) {
		c.report(Warning, record, p.name, "the value is an array; the service stores its JSON text in %s_s", p.name)
	}
	if f.Kind == records.KindNumber {
		c.number(record, p)
	}
	if f.Kind != records.KindString {
		return
	}
	if stored == typeGUID && p.once(saidGUID) {
		c.report(Warning, record, p.name, "%s", c.guidWarning(p.name))
	}
	if stored == typeTime && p.name != c.rules.TimeGeneratedField && p.once(saidDate) {
		c.report(Warning, record, p.name, "%s looks like a date; the service stores it as a datetime in %s_t and not as it is written", c.shown(), p.name)
	}
}

// number checks a number for the Data Collector API, whose columns hold doubles.
func (c *Checker) number(record *records.Record, p *property) {
	switch {
	case outsideDouble(c.text):
		if p.once(saidRange) {
			c.report(Warning, record, p.name, "%s is outside the range of a double, in which the service stores numbers, and does not arrive in %s_d as it is written; give it as a string", c.shown(), p.name)
		}
	case !exactDouble(c.text) && p.once(saidNumber):
		c.report(Warning, record, p.name, "%s has more than %d digits; the service stores numbers as doubles and rounds it; give it as a string", c.shown(), exactDigits)
	}
}

func (c *Checker) guidWarning(name string) string {
	if len(c.text) == 32 {
		return fmt.Sprintf("%s looks like a GUID; the service puts dashes into it and stores it in %s_g (this changes MD5 sums and trace ids)", c.shown(), name)
	}
	return fmt.Sprintf("%s looks like a GUID; the service stores it in %s_g and not in %s_s", c.shown(), name, name)
}

// shown quotes the present value, unless values are secret.
func (c *Checker) shown() string {
	const longest = 60
	switch {
	case c.rules.HideValues:
		return "the value"
	case len(c.text) > longest:
		return fmt.Sprintf("%q...", strings.ToValidUTF8(string(c.text[:longest]), ""))
	default:
		return fmt.Sprintf("%q", c.text)
	}
}

// CheckPropertyName returns what is wrong with a name of a property, or nil.
// It knows the rules that both ingestion APIs have.
func CheckPropertyName(name string) error {
	c := NewChecker(Rules{API: loganalytics.LogsIngestion})
	if wrong := c.nameError(name); wrong != "" {
		return fmt.Errorf("%q: %s", name, wrong)
	}
	return nil
}
