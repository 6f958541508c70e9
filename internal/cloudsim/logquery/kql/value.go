package kql

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

// Value is a cell: nil, a string, bool, int64, float64, time.Time,
// time.Duration, or json.RawMessage for dynamic values.
type Value = logstore.Value

// The types that only queries make.
const (
	timespanType logstore.Type = "timespan"
	anyType      logstore.Type = ""
)

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
	case time.Duration:
		return timespanType
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
	case time.Duration:
		if right, same := b.(time.Duration); same {
			return cmp.Compare(left, right), true
		}
	}
	if left, same := a.(int64); same {
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

// key makes equal values equal map keys.
func key(value Value) string {
	return string(typeOf(value)) + ":" + toText(value)
}

// toText is tostring().
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
	case time.Duration:
		return timespanText(v)
	case json.RawMessage:
		if text, isText := fromDynamic(v).(string); isText {
			return text
		}
		return string(v)
	default:
		return ""
	}
}

// timespanText writes [d.]hh:mm:ss[.fffffff].
func timespanText(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	days, rest := d/(24*time.Hour), d%(24*time.Hour)
	text := fmt.Sprintf("%02d:%02d:%02d", rest/time.Hour, rest/time.Minute%60, rest/time.Second%60)
	if days > 0 {
		text = fmt.Sprintf("%d.%s", days, text)
	}
	if ticks := rest % time.Second / 100; ticks > 0 {
		text += fmt.Sprintf(".%07d", ticks)
	}
	return sign + text
}

// toDateTime reads a date, or returns nil.
func toDateTime(text string) Value {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC()
		}
	}
	return nil
}

// JSON writes a cell as the query API does: dynamic values and timespans are
// strings.
func JSON(value Value) json.RawMessage {
	var shown any = value
	switch v := value.(type) {
	case time.Time:
		shown = v.UTC().Format("2006-01-02T15:04:05.9999999Z07:00")
	case time.Duration:
		shown = timespanText(v)
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
