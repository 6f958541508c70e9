// Package columns says what the APIs of Azure Monitor Logs make of records: their
// columns, and what they refuse or change.
package columns

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
)

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
	typeGUID:   {"_g", "string"},
	typeString: {"_s", "string"},
}

// property is what is known of one property name.
type property struct {
	name string
	// has says which typed columns exist.
	has [typeCount]bool
	// warned has which remarks were made on this name already.
	warned uint16
	// lastRecord is one more than the index of the last record that had it.
	lastRecord int
	// declared is the type for the Logs Ingestion API, column its index among
	// the columns, and since the record that it was inferred from.
	declared declared
	column   int
	since    int
	// nested means that the last record had it as the member of an object.
	nested bool
	// listed means that the column Computer is among the columns.
	listed bool
	// next is the property that came after this one the last time.
	next *property
}

// schema predicts the columns that the records of one table make.
type schema struct {
	api        loganalytics.API
	properties map[string]*property
	last       *property
	columns    []loganalytics.Column
	overflow   bool
}

func newSchema(api loganalytics.API, existing []loganalytics.Column) *schema {
	s := &schema{api: api, properties: map[string]*property{}, last: &property{}}
	if api == loganalytics.DataCollector {
		s.property([]byte(computer)).has[typeString] = true
	}
	for _, column := range existing {
		if api == loganalytics.LogsIngestion {
			column = s.existingDeclared(column)
		} else {
			column = s.existingTyped(column)
		}
		s.columns = append(s.columns, column)
	}
	return s
}

// computer is the standard column that takes the property of its name, if it
// is a string or stored as one, without a suffix.
const computer = "Computer"

func (s *schema) existingTyped(column loganalytics.Column) loganalytics.Column {
	if column.Name == computer {
		s.property([]byte(computer)).listed = true
	}
	for t := range typeCount {
		name, cut := strings.CutSuffix(column.Name, columnTypes[t].suffix)
		if cut && t == typeGUID && column.Type == "guid" {
			column.Type = columnTypes[t].name // As it was called formerly.
		}
		if cut && column.Type == columnTypes[t].name {
			s.property([]byte(name)).has[t] = true
		}
	}
	return column
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
func (s *schema) observe(p *property, k records.Kind, text []byte) columnType {
	if k == records.KindNull || s.api == loganalytics.LogsIngestion {
		return typeString
	}
	natural := naturalType(k, text)
	if p.name == computer && (k == records.KindString || natural == typeString) {
		switch {
		case p.listed:
		case len(s.columns) >= s.api.Limits().Columns:
			s.overflow = true
		default:
			p.listed = true
			s.columns = append(s.columns, loganalytics.Column{Name: computer, Type: columnTypes[typeString].name})
		}
		return typeString
	}
	if p.has[natural] {
		return natural
	}
	if k == records.KindString {
		for t := range typeCount {
			if p.has[t] && converts(text, t) {
				return t
			}
		}
	}
	if len(s.columns) >= s.api.Limits().Columns {
		s.overflow = true
		return natural
	}
	p.has[natural] = true
	s.columns = append(s.columns, loganalytics.Column{Name: p.name + columnTypes[natural].suffix, Type: columnTypes[natural].name})
	return natural
}

// naturalType is the type that a value gets in a table that does not know
// its property. Arrays, and numbers that no double holds, are stored as their
// JSON text. Objects have been flattened.
func naturalType(k records.Kind, text []byte) columnType {
	switch k {
	case records.KindNumber:
		if plainNumber(text) {
			return typeReal
		}
		if _, err := strconv.ParseFloat(string(text), 64); err == nil {
			return typeReal
		}
	case records.KindBool:
		return typeBool
	case records.KindString:
		if guidLike(text) {
			return typeGUID
		}
		if _, ok := parseTime(text); ok {
			return typeTime
		}
		return typeString
	case records.KindNull, records.KindObject, records.KindArray:
	}
	return typeString
}

// converts reports whether a string can be stored in an existing column.
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

func (s *schema) result() []loganalytics.Column {
	if s.overflow {
		return append(s.columns[:len(s.columns):len(s.columns)], loganalytics.Column{Name: additionalFields, Type: "dynamic"})
	}
	return s.columns
}

// PredictColumns returns the columns that the Data Collector API would have
// after the records were posted one after another to a table that has the
// existing columns. A property that the API refuses is an error.
func PredictColumns(ctx context.Context, source io.Reader, existing []loganalytics.Column) ([]loganalytics.Column, error) {
	reader, c := records.NewReader(source, 0), newChecker(Rules{API: loganalytics.DataCollector, Existing: existing})
	for {
		record, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return c.schema.result(), nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		for _, f := range c.flat.Fields(record) {
			p := c.schema.property(f.DecodedName())
			if p.once(saidName) {
				if wrong := c.propertyNameError(f, p.name); wrong != "" {
					return nil, errors.New(Issue{RecordIndex: record.Index, Line: record.Line, Field: p.name, Message: wrong}.String())
				}
			}
			c.text = f.Text(c.text[:0])
			c.schema.observe(p, f.Kind, c.text)
		}
	}
}
