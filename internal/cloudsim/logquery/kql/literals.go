package kql

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// units are the suffixes of timespan literals.
var units = map[string]time.Duration{
	"d": 24 * time.Hour, "h": time.Hour, "m": time.Minute, "s": time.Second, "ms": time.Millisecond, "microsecond": time.Microsecond, "tick": 100,
}

// timespan returns what a timespan literal says.
func (t token) timespan() (time.Duration, bool) {
	digits := strings.TrimRight(t.text, "abcdefghijklmnopqrstuvwxyz")
	count, err := strconv.ParseFloat(digits, 64)
	unit, found := units[t.text[len(digits):]]
	return time.Duration(count * float64(unit)), t.kind == tokenTimespan && err == nil && found
}

// ago reads what stands behind "ago(".
func (p *parser) ago() (expression, error) {
	span, ok := p.peek().timespan()
	if !ok {
		return nil, p.unexpected("a timespan like 1h or 30m")
	}
	p.at++
	return ago{span}, p.need(")")
}

// bin reads what stands behind "bin(".
func (p *parser) bin() (expression, error) {
	value, err := p.expression()
	if err == nil {
		err = p.need(",")
	}
	if err != nil {
		return nil, err
	}
	next := p.peek()
	if span, ok := next.timespan(); ok {
		p.at++
		return bin{value, span}, p.need(")")
	}
	if next.kind != tokenNumber {
		return nil, p.unsupported()
	}
	p.at++
	size, err := p.number(next)
	if err != nil {
		return nil, err
	}
	return bin{value, size.(literal).value}, p.need(")")
}

// binned rounds down; nil if the value is of another kind than the size.
func binned(value, size Value) Value {
	switch size := size.(type) {
	case time.Duration:
		if at, isTime := value.(time.Time); isTime && size > 0 {
			return at.Truncate(size) // Both count from the year 1.
		}
		return nil
	case int64:
		if whole, isWhole := value.(int64); isWhole && size > 0 {
			return whole - (whole%size+size)%size
		}
	}
	step, isNumber := number(size)
	of, known := number(value)
	if !isNumber || !known || step <= 0 {
		return nil
	}
	return math.Floor(of/step) * step
}

// datetime reads what stands behind "datetime(": an ISO time, in quotes or not.
func (p *parser) datetime() (expression, error) {
	begin := p.at
	for p.peek().kind != tokenEnd && (p.peek().kind != tokenSign || p.peek().text != ")") {
		p.at++
	}
	text := strings.Trim(strings.TrimSpace(p.text[p.tokens[begin].at:p.peek().at]), `"'`)
	at, err := ParseInstant(strings.Replace(text, " ", "T", 1))
	if err == nil || p.peek().kind == tokenEnd {
		return literal{at}, p.need(")")
	}
	p.at = begin - 2
	return nil, p.unsupported()
}

// ParseInstant reads an ISO 8601 time; without a zone it is in UTC.
func ParseInstant(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not an ISO 8601 time", text)
}
