package loganalytics

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
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

// record checks one record. It is the batcher's onRecord.
// What was sent before only counts: nothing about it can be changed, and its
// times have become old.
func (v *validator) record(record *Record, hash Hash, sent bool) {
	v.summary.RecordCount++
	if v.rules.KeepHashes {
		v.summary.Hashes = append(v.summary.Hashes, hash)
	}
	fields := record.fields
	if v.rules.API == DataCollector {
		if !sent {
			v.nested(record)
		}
		fields = v.flat.fields(record)
	}
	var generated *field
	for i := range fields {
		f := &fields[i]
		p := v.schema.property(f.decodedName())
		v.text = f.text(v.text[:0])
		stored, held := v.schema.observe(p, f.kind, v.text), true
		if v.rules.API == LogsIngestion {
			held = v.schema.declare(p, record.Index, f.kind, v.text)
		}
		if sent {
			continue
		}
		v.name(record, p, f)
		v.value(record, p, f, stored)
		if v.rules.API == LogsIngestion {
			v.declaredValue(record, p, f, held)
		}
		if p.name == v.rules.TimeGeneratedField {
			generated = f
		}
	}
	if !sent && v.rules.TimeGeneratedField != "" && v.rules.API == DataCollector {
		v.generatedTime(record, generated)
	}
}

// nested says what becomes of the record's objects.
func (v *validator) nested(record *Record) {
	for i := range record.fields {
		f := &record.fields[i]
		if f.kind != kindObject {
			continue
		}
		name := string(f.decodedName())
		if v.objects[name] {
			continue
		}
		v.objects[name] = true
		v.report(Warning, record, name, "the value is an object; the service flattens it: each member is stored in a column of its own, named %s_, the member's name, and the suffix of its type "+
			"(how deep this goes is not documented; give the object as a string to keep it as one text)", name)
	}
}

func (v *validator) report(severity Severity, record *Record, name, format string, arguments ...any) {
	v.issue(Issue{Severity: severity, RecordIndex: record.Index, Line: record.Line, Field: name, Message: fmt.Sprintf(format, arguments...)})
}

// once reports whether a remark on a property is made for the first time.
func (p *property) once(remark uint16) bool {
	first := p.warned&remark == 0
	p.warned |= remark
	return first
}

// name checks a property's name.
func (v *validator) name(record *Record, p *property, f *field) {
	switch twice := p.lastRecord == record.Index+1; {
	case twice && v.rules.API == DataCollector && (f.depth > 0 || p.nested):
		v.report(Warning, record, p.name, "flattened, two properties of the record have this name; which of the two is stored is not defined")
	case twice:
		v.report(Warning, record, p.name, "the record has this property twice; which of the two is stored is not defined")
	}
	p.nested = f.depth > 0
	p.lastRecord = record.Index + 1
	if p.name == v.rules.IDColumn && v.rules.IDColumn != "" {
		v.report(Error, record, p.name, "the record has a property of the same name as the ingest id column; choose another column")
	}
	if p.once(saidName) {
		if wrong := v.propertyNameError(*f, p.name); wrong != "" {
			v.report(Error, record, p.name, "%s", wrong)
		}
	}
	if p.warned&saidCase == 0 {
		p.warned |= saidCase
		lower := strings.ToLower(p.name)
		if first, taken := v.spelled[lower]; taken && first != p.name {
			v.report(Warning, record, p.name, "the name differs only by case from %q; queries tell the two columns apart", first)
		} else {
			v.spelled[lower] = p.name
		}
	}
}

// propertyNameError says why a field, which may be flattened, cannot have its
// name, or nothing.
func (v *validator) propertyNameError(f field, name string) string {
	if f.depth > 0 && slices.Contains(v.limits.reserved, string(field{name: f.root, escaped: f.escaped}.decodedName())) {
		name = string(field{name: f.root, escaped: f.escaped}.decodedName())
	}
	return v.nameError(name)
}

// nameError says why a property cannot have the name, or nothing.
func (v *validator) nameError(name string) string {
	switch {
	case name == "":
		return "the name is empty"
	case slices.Contains(v.limits.reserved, name):
		return "the name is reserved by the service (" + strings.Join(v.limits.reserved, ", ") + ")"
	}
	for i, c := range name {
		if !wordCharacter(c) {
			return fmt.Sprintf("the name contains %q; the service takes letters, digits and underscores", c)
		}
		if v.rules.API == LogsIngestion && i == 0 && (c == '_' || c >= '0' && c <= '9') {
			return "the name must begin with a letter"
		}
	}
	if length := v.columnNameLength(name); length > v.limits.nameLength {
		if v.rules.API == DataCollector {
			return fmt.Sprintf("the name makes a column name of %d characters with the suffix that the service appends; it takes at most %d", length, v.limits.nameLength)
		}
		return fmt.Sprintf("the name has %d characters; the service takes at most %d", length, v.limits.nameLength)
	}
	return ""
}

// columnNameLength counts the Data Collector API's suffix: whether it
// belongs to the 45 characters is not documented, and this is the safe
// reading.
func (v *validator) columnNameLength(name string) int {
	length := utf8.RuneCountInString(name)
	if v.rules.API == DataCollector {
		length += len("_s")
	}
	return length
}

// value checks a value, whose text is in v.text, and predicts its column.
func (v *validator) value(record *Record, p *property, f *field, stored columnType) {
	if len(v.text) > v.limits.fieldBytes && p.once(saidLong) {
		v.report(Warning, record, p.name, "the value has %d bytes; the service cuts values at %d", len(v.text), v.limits.fieldBytes)
	}
	if v.rules.API != DataCollector {
		return
	}
	if f.kind == kindArray && p.once(saidNested) {
		v.report(Warning, record, p.name, "the value is an array; the service stores its JSON text in %s_s", p.name)
	}
	if f.kind == kindNumber {
		v.number(record, p)
	}
	if f.kind != kindString {
		return
	}
	if stored == typeGUID && p.once(saidGUID) {
		v.report(Warning, record, p.name, "%s", v.guidWarning(p.name))
	}
	if stored == typeTime && p.name != v.rules.TimeGeneratedField && p.once(saidDate) {
		v.report(Warning, record, p.name, "%s looks like a date; the service stores it as a datetime in %s_t and not as it is written", v.shown(), p.name)
	}
}

// number checks a number for the Data Collector API, whose columns hold doubles.
func (v *validator) number(record *Record, p *property) {
	switch {
	case outsideDouble(v.text):
		if p.once(saidRange) {
			v.report(Warning, record, p.name, "%s is outside the range of a double, in which the service stores numbers, and does not arrive in %s_d as it is written; give it as a string", v.shown(), p.name)
		}
	case !exactDouble(v.text) && p.once(saidNumber):
		v.report(Warning, record, p.name, "%s has more than %d digits; the service stores numbers as doubles and rounds it; give it as a string", v.shown(), exactDigits)
	}
}

func (v *validator) guidWarning(name string) string {
	if len(v.text) == 32 {
		return fmt.Sprintf("%s looks like a GUID; the service puts dashes into it and stores it in %s_g (this changes MD5 sums and trace ids)", v.shown(), name)
	}
	return fmt.Sprintf("%s looks like a GUID; the service stores it in %s_g and not in %s_s", v.shown(), name, name)
}

// shown quotes the present value, unless values are secret.
func (v *validator) shown() string {
	const longest = 60
	switch {
	case v.rules.HideValues:
		return "the value"
	case len(v.text) > longest:
		return fmt.Sprintf("%q...", strings.ToValidUTF8(string(v.text[:longest]), ""))
	default:
		return fmt.Sprintf("%q", v.text)
	}
}
