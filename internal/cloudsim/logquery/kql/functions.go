package kql

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

// function is a scalar function: how many arguments it takes and what it
// makes of them.
type function struct {
	least, most int
	apply       func(r *runner, values []Value) Value
}

// functionTypes are the types that do not depend on arguments.
var functionTypes = map[string]logstore.Type{
	"tostring": logstore.String, "tolower": logstore.String, "toupper": logstore.String, "strcat": logstore.String,
	"strlen": logstore.Long, "tolong": logstore.Long, "toint": logstore.Long, "todouble": logstore.Real, "toreal": logstore.Real,
	"todatetime": logstore.DateTime, "now": logstore.DateTime, "ago": logstore.DateTime, "ingestion_time": logstore.DateTime,
	"isempty": logstore.Bool, "isnotempty": logstore.Bool, "isnull": logstore.Bool, "isnotnull": logstore.Bool, "not": logstore.Bool,
	"tobool": logstore.Bool, "parse_json": logstore.Dynamic, "todynamic": logstore.Dynamic,
}

var functions = map[string]function{
	"ago":             {1, 1, func(r *runner, v []Value) Value { return arithmetic("-", r.now, v[0]) }},
	"now":             {0, 1, now},
	"ingestion_time":  {0, 0, nil},
	"column_ifexists": {2, 2, nil},
	"tostring":        {1, 1, func(_ *runner, v []Value) Value { return toText(v[0]) }},
	"tolower":         {1, 1, func(_ *runner, v []Value) Value { return strings.ToLower(toText(v[0])) }},
	"toupper":         {1, 1, func(_ *runner, v []Value) Value { return strings.ToUpper(toText(v[0])) }},
	"strlen":          {1, 1, func(_ *runner, v []Value) Value { return int64(utf8.RuneCountInString(toText(v[0]))) }},
	"strcat":          {1, 64, strcat},
	"tolong":          {1, 1, toWhole},
	"toint":           {1, 1, toWhole},
	"todouble":        {1, 1, toFloat},
	"toreal":          {1, 1, toFloat},
	"tobool":          {1, 1, toBool},
	"todatetime":      {1, 1, func(_ *runner, v []Value) Value { return asDateTime(v[0]) }},
	"parse_json":      {1, 1, parseJSON},
	"todynamic":       {1, 1, parseJSON},
	"isempty":         {1, 1, func(_ *runner, v []Value) Value { return toText(v[0]) == "" }},
	"isnotempty":      {1, 1, func(_ *runner, v []Value) Value { return toText(v[0]) != "" }},
	"isnull":          {1, 1, func(_ *runner, v []Value) Value { return v[0] == nil }},
	"isnotnull":       {1, 1, func(_ *runner, v []Value) Value { return v[0] != nil }},
	"not":             {1, 1, func(_ *runner, v []Value) Value { return v[0] != true }},
	"bin":             {2, 2, func(_ *runner, v []Value) Value { return bin(v[0], v[1]) }},
	"iff":             {3, 3, choose},
	"iif":             {3, 3, choose},
	"coalesce":        {2, 64, coalesce},
}

func (r *runner) call(t *table, row int, e call) (Value, error) {
	f := functions[e.function]
	if len(e.arguments) < f.least || len(e.arguments) > f.most {
		return nil, wrong("%s(): function expects %d argument(s)", e.function, f.least)
	}
	switch e.function {
	case "ingestion_time":
		if t.received == nil {
			return nil, nil
		}
		return t.received[row], nil
	case "column_ifexists":
		name, err := r.evaluate(t, row, nameOf(e.arguments[0]))
		if at := t.index(toText(name)); err != nil || at >= 0 {
			return t.rows[row][max(at, 0)], err
		}
		return r.evaluate(t, row, e.arguments[1])
	}
	values := make([]Value, len(e.arguments))
	for i, argument := range e.arguments {
		var err error
		if values[i], err = r.evaluate(t, row, argument); err != nil {
			return nil, err
		}
	}
	return f.apply(r, values), nil
}

// nameOf reads a column's name that is given as text or as a name.
func nameOf(e expression) expression {
	if named, isColumn := e.(column); isColumn {
		return literal{named.name}
	}
	return e
}

func now(r *runner, values []Value) Value {
	if len(values) == 1 {
		return arithmetic("+", r.now, values[0])
	}
	return r.now
}

func strcat(_ *runner, values []Value) Value {
	var text strings.Builder
	for _, value := range values {
		text.WriteString(toText(value))
	}
	return text.String()
}

func toWhole(_ *runner, values []Value) Value {
	if whole, err := strconv.ParseInt(toText(values[0]), 10, 64); err == nil {
		return whole
	}
	if float, ok := number(values[0]); ok && math.Abs(float) < 1<<62 {
		return int64(float)
	}
	return nil
}

func toFloat(_ *runner, values []Value) Value {
	if float, ok := number(values[0]); ok {
		return float
	}
	if float, err := strconv.ParseFloat(toText(values[0]), 64); err == nil {
		return float
	}
	return nil
}

func toBool(_ *runner, values []Value) Value {
	if truth, isBool := values[0].(bool); isBool {
		return truth
	}
	if truth, err := strconv.ParseBool(strings.ToLower(toText(values[0]))); err == nil {
		return truth
	}
	return nil
}

func asDateTime(value Value) Value {
	if at, isTime := value.(time.Time); isTime {
		return at
	}
	return toDateTime(toText(value))
}

func parseJSON(_ *runner, values []Value) Value {
	if raw, isDynamic := values[0].(json.RawMessage); isDynamic {
		return raw
	}
	text := toText(values[0])
	if json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	return nil
}

func choose(_ *runner, values []Value) Value {
	if values[0] == true {
		return values[1]
	}
	return values[2]
}

func coalesce(_ *runner, values []Value) Value {
	for _, value := range values {
		if value != nil && value != "" {
			return value
		}
	}
	return nil
}

// bin rounds down to a multiple.
func bin(value, size Value) Value {
	switch v := value.(type) {
	case time.Time:
		if d, ok := size.(time.Duration); ok && d > 0 {
			return v.Truncate(d)
		}
	case int64:
		if whole, ok := size.(int64); ok && whole > 0 {
			return v - ((v%whole)+whole)%whole
		}
	}
	x, okX := number(value)
	y, okY := number(size)
	if !okX || !okY || y <= 0 {
		return nil
	}
	return math.Floor(x/y) * y
}
