package columns

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
)

// declared is a type that a stream of a data collection rule can declare
// (KnownColumnDefinitionType of the rules' API), or "".
type declared string

const (
	declaredString   declared = "string"
	declaredBoolean  declared = "boolean"
	declaredLong     declared = "long"
	declaredReal     declared = "real"
	declaredDatetime declared = "datetime"
	declaredDynamic  declared = "dynamic"
)

// timeGenerated is the column that every table has.
const timeGenerated = "TimeGenerated"

// formerTypes are the names that states of earlier versions have.
var formerTypes = map[string]declared{"bool": declaredBoolean}

// existingDeclared takes over a column of an earlier apply.
func (s *schema) existingDeclared(column loganalytics.Column) loganalytics.Column {
	p := s.property([]byte(column.Name))
	p.declared, p.since, p.column = declared(column.Type), -1, len(s.columns)
	if now, former := formerTypes[column.Type]; former {
		p.declared = now
	}
	return loganalytics.Column{Name: column.Name, Type: string(p.declared)}
}

// declare notes the type that a data collection rule would declare for a
// property, and reports whether a column of that type holds the value.
func (s *schema) declare(p *property, record int, k records.Kind, text []byte) (held bool) {
	if k == records.KindNull {
		return true
	}
	wanted := declaredType(k, text)
	if p.name == timeGenerated {
		wanted = declaredDatetime
	}
	switch {
	case p.declared == "":
		p.declared, p.since, p.column = wanted, record, len(s.columns)
		s.columns = append(s.columns, loganalytics.Column{Name: p.name, Type: string(wanted)})
		return true
	case p.declared == wanted || p.declared == declaredDynamic:
		return true
	case p.declared == declaredLong && wanted == declaredReal:
		// A real column holds the integers before, too.
		p.declared = declaredReal
		s.columns[p.column].Type = string(declaredReal)
		return true
	case p.declared == declaredReal && wanted == declaredLong:
		return exactDouble(text)
	}
	return k == records.KindString && p.declared.takes(text)
}

// declaredType is the type that fits a value best.
func declaredType(k records.Kind, text []byte) declared {
	switch k {
	case records.KindNumber:
		return numberType(text)
	case records.KindBool:
		return declaredBoolean
	case records.KindObject, records.KindArray:
		return declaredDynamic
	case records.KindString, records.KindNull:
	}
	if _, ok := parseTime(text); ok {
		return declaredDatetime
	}
	return declaredString
}

// numberType is long for integers, real for other numbers, and string for
// those that neither holds.
func numberType(text []byte) declared {
	if integer(text) {
		if _, err := strconv.ParseInt(string(text), 10, 64); err == nil {
			return declaredLong
		}
		return declaredString
	}
	if outsideDouble(text) {
		return declaredString
	}
	return declaredReal
}

// takes reports whether the service converts a string to a column's type.
func (d declared) takes(text []byte) bool {
	switch d {
	case declaredLong:
		_, err := strconv.ParseInt(string(text), 10, 64)
		return err == nil
	case declaredReal:
		return numberLike(text)
	case declaredBoolean:
		return boolLike(text)
	case declaredDatetime:
		_, ok := parseTime(text)
		return ok
	case declaredString, declaredDynamic:
	}
	return true
}

// Numbers that a column does not hold as they are written.

func integer(text []byte) bool { return !bytes.ContainsAny(text, ".eE") }

// outsideDouble reports whether a JSON number is too large for a double, or so
// small that it becomes 0.
func outsideDouble(text []byte) bool {
	if plainNumber(text) {
		return false
	}
	number, err := strconv.ParseFloat(string(text), 64)
	mantissa, _, _ := strings.Cut(strings.ToLower(string(text)), "e")
	return err != nil || number == 0 && strings.Trim(mantissa, "-0.") != ""
}

// exactDigits is how many decimal digits of an integer every double keeps.
const exactDigits = 15

// exactDouble reports whether a double certainly keeps all digits of a JSON
// number; of fractions it is true, which are never kept exactly.
func exactDouble(text []byte) bool {
	if plainNumber(text) {
		return true
	}
	number, err := strconv.ParseFloat(string(text), 64)
	if err != nil || math.Abs(number) < 1e15 {
		return err == nil
	}
	mantissa, _, _ := strings.Cut(strings.ToLower(string(text)), "e")
	digits := strings.Trim(strings.ReplaceAll(strings.TrimPrefix(mantissa, "-"), ".", ""), "0")
	return len(digits) <= exactDigits
}

// plainNumber reports whether a JSON number is so short that a double certainly
// keeps all its digits. Most numbers of logs are, and need not be converted, which
// took a fifth of the time in which a plan reads a file.
func plainNumber(text []byte) bool {
	return len(text) <= exactDigits && bytes.IndexByte(text, 'e') < 0 && bytes.IndexByte(text, 'E') < 0
}
