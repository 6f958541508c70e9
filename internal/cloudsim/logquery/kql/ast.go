package kql

import "time"

// Query is a parsed query.
type Query struct {
	source source
	steps  []step
}

// source is where rows come from: tables that are united, or a query in
// parentheses.
type source struct {
	tables []string
	// fuzzy unions leave out tables that do not exist.
	fuzzy  bool
	nested []*Query
}

// step is one tabular operator.
type step interface{ isStep() }

type (
	whereStep   struct{ condition expression }
	projectStep struct {
		columns []named
		// extend keeps the columns that are there.
		extend bool
	}
	awayStep      struct{ names []string }
	summarizeStep struct {
		aggregates []named
		by         []named
	}
	orderStep struct{ keys []orderKey }
	takeStep  struct{ rows int }
	topStep   struct {
		rows int
		keys []orderKey
	}
	countStep    struct{}
	distinctStep struct{ columns []named }
	schemaStep   struct{}
	unionStep    struct{ with source }
)

func (whereStep) isStep()     {}
func (projectStep) isStep()   {}
func (awayStep) isStep()      {}
func (summarizeStep) isStep() {}
func (orderStep) isStep()     {}
func (takeStep) isStep()      {}
func (topStep) isStep()       {}
func (countStep) isStep()     {}
func (distinctStep) isStep()  {}
func (schemaStep) isStep()    {}
func (unionStep) isStep()     {}

// named is an expression with the name of the column that it makes.
type named struct {
	name string
	// given tells that the query names the column itself.
	given      bool
	expression expression
}

type orderKey struct {
	expression expression
	ascending  bool
	nullsFirst bool
}

// expression is a scalar expression.
type expression interface{ isExpression() }

type (
	literal struct{ value Value }
	column  struct {
		name string
		at   int
	}
	star struct{}
	call struct {
		function  string
		arguments []expression
		at        int
	}
	binary struct {
		operator    string
		left, right expression
		at          int
	}
	// membership is x in (a, b).
	membership struct {
		value   expression
		options []expression
		negated bool
		folded  bool
	}
	between struct {
		value, low, high expression
	}
	// member is a["b"], a[0] or a.b of a dynamic value.
	member struct {
		of    expression
		index expression
	}
)

func (literal) isExpression()    {}
func (column) isExpression()     {}
func (star) isExpression()       {}
func (call) isExpression()       {}
func (binary) isExpression()     {}
func (membership) isExpression() {}
func (between) isExpression()    {}
func (member) isExpression()     {}

// units are the suffixes of timespan literals.
var units = map[string]time.Duration{
	"d": 24 * time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour,
	"h": time.Hour, "hr": time.Hour, "hour": time.Hour, "hours": time.Hour,
	"m": time.Minute, "min": time.Minute, "minute": time.Minute, "minutes": time.Minute,
	"s": time.Second, "sec": time.Second, "second": time.Second, "seconds": time.Second,
	"ms": time.Millisecond, "microsecond": time.Microsecond, "tick": 100 * time.Nanosecond,
}
