package loganalytics

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
)

// Column is a column of a table in a workspace.
type Column struct {
	// Name is the column's name, with the suffix that the Data Collector API
	// gives it.
	Name string
	// Type is "string", "bool", "real", "datetime", "guid" or, for the Logs
	// Ingestion API, "dynamic".
	Type string
}

// additionalFields takes what does not fit into a table's 500 columns.
const additionalFields = "AdditionalFields"

// columnType is one of the Data Collector API's types, in the order in which
// existing columns are tried for a string.
type columnType uint8

const (
	typeReal columnType = iota
	typeBool
	typeTime
	typeGUID
	typeString
	typeCount
)

var columnTypes = [typeCount]struct{ suffix, name string }{
	typeReal:   {"_d", "real"},
	typeBool:   {"_b", "bool"},
	typeTime:   {"_t", "datetime"},
	typeGUID:   {"_g", "guid"},
	typeString: {"_s", "string"},
}

// property is what is known of one property name.
type property struct {
	name string
	// has tells which typed columns exist.
	has [typeCount]bool
	// warned tells which remarks were made on this name already.
	warned uint8
	// lastRecord is one more than the index of the last record that had it.
	lastRecord int
	// dynamic is the type for the Logs Ingestion API.
	dynamic string
	// next is the property that came after this one the last time.
	next *property
}

// schema predicts the columns that the records of one table make.
type schema struct {
	api        API
	properties map[string]*property
	last       *property
	columns    []Column
	overflow   bool
}

func newSchema(api API, existing []Column) *schema {
	s := &schema{api: api, properties: map[string]*property{}, last: &property{}}
	for _, column := range existing {
		for t := range typeCount {
			name, cut := strings.CutSuffix(column.Name, columnTypes[t].suffix)
			if api == DataCollector && cut && column.Type == columnTypes[t].name {
				s.property([]byte(name)).has[t] = true
			}
		}
		if api == LogsIngestion {
			s.property([]byte(column.Name)).dynamic = column.Type
		}
		s.columns = append(s.columns, column)
	}
	return s
}

// property finds a name's. Records are alike, so that mostly it is the one
// that followed the last time too.
func (s *schema) property(name []byte) *property {
	found := s.last.next
	if found == nil || found.name != string(name) {
		known := false
		if found, known = s.properties[string(name)]; !known {
			found = &property{name: string(name)}
			s.properties[found.name] = found
		}
		s.last.next = found
	}
	s.last = found
	return found
}

// observe adds a value; text is a string's text without quotes. It returns
// the column type that the Data Collector API stores it as.
func (s *schema) observe(p *property, k kind, text []byte) columnType {
	if k == kindNull {
		return typeString
	}
	if s.api == LogsIngestion {
		s.declare(p, k, text)
		return typeString
	}
	natural := naturalType(k, text)
	if p.has[natural] {
		return natural
	}
	if k == kindString {
		for t := range typeCount {
			if p.has[t] && converts(text, t) {
				return t
			}
		}
	}
	if len(s.columns) >= s.api.limits().columns {
		s.overflow = true
		return natural
	}
	p.has[natural] = true
	s.columns = append(s.columns, Column{Name: p.name + columnTypes[natural].suffix, Type: columnTypes[natural].name})
	return natural
}

// naturalType is the type that a value gets in a table that does not know
// its property. Objects and arrays are stored as their JSON text.
func naturalType(k kind, text []byte) columnType {
	switch k {
	case kindNumber:
		return typeReal
	case kindBool:
		return typeBool
	case kindString:
		if guidLike(text) {
			return typeGUID
		}
		if _, ok := parseTime(text); ok {
			return typeTime
		}
		return typeString
	case kindNull, kindObject, kindArray:
	}
	return typeString
}

// converts tells whether a string can be stored in an existing column.
func converts(text []byte, to columnType) bool {
	switch to {
	case typeReal:
		return numberLike(text)
	case typeBool:
		return boolLike(text)
	case typeTime:
		_, ok := parseTime(text)
		return ok
	case typeGUID:
		return guidLike(text)
	case typeString, typeCount:
	}
	return true
}

// declare notes the type that a data collection rule would declare.
func (s *schema) declare(p *property, k kind, text []byte) {
	if p.dynamic != "" {
		return
	}
	switch k {
	case kindNumber:
		p.dynamic = "real"
	case kindBool:
		p.dynamic = "bool"
	case kindObject, kindArray:
		p.dynamic = "dynamic"
	case kindString, kindNull:
		p.dynamic = "string"
		if _, ok := parseTime(text); ok {
			p.dynamic = "datetime"
		}
	}
	s.columns = append(s.columns, Column{Name: p.name, Type: p.dynamic})
}

func (s *schema) result() []Column {
	if s.overflow {
		return append(s.columns[:len(s.columns):len(s.columns)], Column{Name: additionalFields, Type: "dynamic"})
	}
	return s.columns
}

// TableName is the table that records of a log type end in.
func TableName(logType string) string { return logType + "_CL" }

// PredictColumns returns the columns that the Data Collector API would have
// after the records were posted one after another to a table that has the
// existing columns.
func PredictColumns(ctx context.Context, source io.Reader, existing []Column) ([]Column, error) {
	reader, predicted := NewReader(source, 0), newSchema(DataCollector, existing)
	var text []byte
	for {
		record, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return predicted.result(), nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		for _, f := range record.fields {
			text = f.text(text[:0])
			predicted.observe(predicted.property(f.decodedName()), f.kind, text)
		}
	}
}

// text appends a string's text to out, or the JSON of anything else.
func (f field) text(out []byte) []byte {
	if f.kind != kindString {
		return append(out, f.value...)
	}
	text := f.value[1 : len(f.value)-1]
	if bytes.IndexByte(text, '\\') < 0 {
		return append(out, text...)
	}
	return appendUnescaped(out, text)
}

func (f field) decodedName() []byte {
	if !f.escaped {
		return f.name
	}
	return appendUnescaped(nil, f.name)
}
