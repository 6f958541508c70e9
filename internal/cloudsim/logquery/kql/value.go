package kql

import (
	"cmp"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

// Value is a cell: nil, a string, bool, int64, float64, time.Time, or
// json.RawMessage for dynamic values.
type Value = logstore.Value

// anyType is that of an aggregate's argument.
const anyType logstore.Type = ""

// typeOf is the type of a value; nil has none.
func typeOf(value Value) logstore.Type {
	switch value.(type) {
	case string:
		return logstore.String
	case bool:
		return logstore.Bool
	case int64:
		return logstore.Long
	case float64:
		return logstore.Real
	case time.Time:
		return logstore.DateTime
	case json.RawMessage:
		return logstore.Dynamic
	default:
		return anyType
	}
}

// number reads a value as a float, if it is one.
func number(value Value) (float64, bool) {
	switch v := value.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case json.RawMessage:
		return number(fromDynamic(v))
	default:
		return 0, false
	}
}

// fromDynamic returns a dynamic scalar as its own type, and nil for lists and
// objects.
func fromDynamic(raw json.RawMessage) Value {
	var decoded any
	if json.Unmarshal(raw, &decoded) != nil {
		return nil
	}
	switch v := decoded.(type) {
	case string, bool, float64:
		return v
	default:
		return nil
	}
}

// compareValues orders two values of one kind; ok is false if they have no
// order, as with nulls.
func compareValues(a, b Value) (order int, ok bool) {
	if raw, isDynamic := a.(json.RawMessage); isDynamic {
		a = fromDynamic(raw)
	}
	if raw, isDynamic := b.(json.RawMessage); isDynamic {
		b = fromDynamic(raw)
	}
	switch left := a.(type) {
	case string:
		if right, same := b.(string); same {
			return strings.Compare(left, right), true
		}
	case time.Time:
		if right, same := b.(time.Time); same {
			return left.Compare(right), true
		}
	case int64:
		if right, same := b.(int64); same {
			return cmp.Compare(left, right), true
		}
	}
	left, leftOK := number(a)
	right, rightOK := number(b)
	if leftOK && rightOK {
		return cmp.Compare(left, right), true
	}
	return 0, false
}

// keyOf makes equal values equal map keys.
func keyOf(value Value) string {
	return string(typeOf(value)) + ":" + toText(value)
}

// toText is a value as text.
func toText(value Value) string {
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case time.Time:
		return v.UTC().Format("2006-01-02T15:04:05.0000000Z")
	case json.RawMessage:
		if text, isText := fromDynamic(v).(string); isText {
			return text
		}
		return string(v)
	default:
		return ""
	}
}

// JSON writes a cell as the query API does: dynamic values are strings.
func JSON(value Value) json.RawMessage {
	var shown any = value
	switch v := value.(type) {
	case time.Time:
		shown = v.UTC().Format("2006-01-02T15:04:05.9999999Z07:00")
	case json.RawMessage:
		shown = string(v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			shown = strings.TrimPrefix(strconv.FormatFloat(v, 'g', -1, 64), "+")
		}
	}
	encoded, err := json.Marshal(shown)
	if err != nil {
		panic(err) // Only the types above come here.
	}
	return encoded
}
