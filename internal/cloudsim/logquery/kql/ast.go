package kql

import "time"

// Query is a parsed query: a table and the operators that its rows go through.
type Query struct {
	lets []let
	// statement is print or search, which stand in place of a table.
	statement string
	printed   []named
	tables    []string

	table  string
	steps  []step
	render *Render
	// refused says what is not run, once all names are resolved.
	refused error
}

// step is one tabular operator.
type step struct {
	operator string
	// columns are those of project and extend, and the aggregates of
	// summarize.
	columns []named
	by      []named
	keys    []orderKey
	where   expression
	rows    int
	join    *joinedTable
	// refused says that the operator is not run, once its names are resolved.
	refused error
}

// The operators.
const (
	opWhere     = "where"
	opProject   = "project"
	opExtend    = "extend"
	opSummarize = "summarize"
	opOrder     = "order"
	opTake      = "take"
	opCount     = "count"
	opGetSchema = "getschema"
	opDistinct  = "distinct"
	opRender    = "render"
)

// named is an expression with the name of the column that it makes.
type named struct {
	name       string
	expression expression
}

type orderKey struct {
	expression expression
	ascending  bool
}

// expression is a scalar expression.
type expression interface{ isExpression() }

type (
	literal struct{ value Value }
	column  struct{ name string }
	star    struct{}
	call    struct {
		function  string
		arguments []expression
	}
	// ago is ago() of a timespan.
	ago    struct{ span time.Duration }
	binary struct {
		operator    string
		left, right expression
	}
	// bin rounds down to a multiple of size, a time.Duration or a number.
	bin struct {
		value expression
		size  Value
	}
	// membership is x in (a, b).
	membership struct {
		value   expression
		options []expression
	}
)

func (literal) isExpression()    {}
func (column) isExpression()     {}
func (star) isExpression()       {}
func (call) isExpression()       {}
func (ago) isExpression()        {}
func (binary) isExpression()     {}
func (bin) isExpression()        {}
func (membership) isExpression() {}
