package kql

import "slices"

// What Kusto knows and the simulator does not run. Names in the forms that are
// read here are resolved all the same, as the service does first.

// The forms that are read and not run.
const (
	statementLet    = "let"
	statementPrint  = "print"
	statementSearch = "search"
	opKeep          = "project-keep"
	opAway          = "project-away"
	opJoin          = "join"
	opLookup        = "lookup"
)

// otherOperators are operators that the simulator does not read at all.
var otherOperators = []string{
	"as", "consume", "evaluate", "facet", "fork", "graph-match", "graph-to-table", "invoke", "make-graph", "make-series", "mv-apply", "mv-expand", "mvexpand", "parse", "parse-kv", "parse-where",
	"partition", "project-rename", "project-reorder", "reduce", "sample", "sample-distinct", "scan", "search", "serialize", "top", "top-hitters",
	"top-nested", "union", opKeep, opAway, opJoin, opLookup,
}

// tabularFunctions take queries as arguments.
var tabularFunctions = []string{"toscalar", "materialize", "view"}

// Operators and words between or behind expressions that the simulator does not
// know, and the signs of those.
var (
	foreignWords = []string{
		"between", "contains_cs", "endswith_cs", "has_all", "has_any", "has_cs", "hasprefix", "hasprefix_cs", "hassuffix", "hassuffix_cs", "matches", "nulls",
		"startswith_cs", "with",
	}
	foreignSigns = []string{"+", "-", "*", "/", "%", ".", "[", "@", "~", "!", "!~", "<>"}
)

// isForeign reports whether Kusto may take a token where the simulator does not.
func (t token) isForeign() bool {
	switch t.kind {
	case tokenTimespan:
		_, ok := t.timespan()
		return ok
	case tokenNumber:
		return t.text[0] == '-' // It is subtracted.
	case tokenName:
		return slices.Contains(foreignWords, t.text)
	case tokenSign:
		return slices.Contains(foreignSigns, t.text)
	case tokenString, tokenEnd:
	}
	return false
}

// otherFunctions are functions, scalar and aggregate, that the service would run.
var otherFunctions = []string{
	"abs", "array_length", "avg", "avgif", "bag_keys", "case", "coalesce", "countif", "countof", "datetime_add", "datetime_diff", "dcountif", "dynamic",
	"endofday", "extract", "floor", "format_datetime", "hash", "iff", "iif", "indexof", "isempty", "isnotempty", "isnotnull", "isnull", "log", "make_bag", "make_list",
	"make_set", "maxif", "minif", "not", "now", "pack", "parse_ipv4", "parse_json", "percentile", "percentiles", "pow", "replace_string", "round", "split", "startofday",
	"stdev", "strcat", "strlen", "substring", "sumif", "take_any", "toint", "tolong", "tolower", "todatetime", "todouble", "todynamic", "toreal", "tostring",
	"toupper", "trim", "variance", "arg_min", "any", "bool", "int", "long", "real", "string", "timespan", "guid",
}

// let is a statement that names a value or a table.
type let struct {
	name  string
	value expression
	query *Query
}

// joinedTable is what a join adds: a table, and the keys of both sides.
type joinedTable struct {
	right      *Query
	leftKeys   []string
	rightKeys  []string
	commonKeys []string
}

// unknownFunction refuses a function's name.
func unknownFunction(operator, name, known string) error {
	if slices.Contains(otherFunctions, name) {
		return wrong(operator, "The function '%s' is not simulated; the simulator knows %s", name, known)
	}
	return wrong("", "Unknown function: '%s'", name)
}

// checkRefused resolves the names of an operator that is not run.
func (t *table) checkRefused(data Data, s step) error {
	if s.join == nil {
		return nil
	}
	right, err := s.join.right.shape(data, t.now, Bounds{}, t.lets, s.operator)
	if err != nil || right == nil {
		return err
	}
	for _, side := range []struct {
		of   *table
		keys [][]string
	}{{t, [][]string{s.join.leftKeys, s.join.commonKeys}}, {right, [][]string{s.join.rightKeys, s.join.commonKeys}}} {
		for _, key := range slices.Concat(side.keys...) {
			if err := side.of.check(s.operator, column{key}); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkStatements resolves the names of the statements before and in place of a
// table, and notes those that the lets define.
func (q *Query) checkStatements(data Data, t *table) error {
	for _, l := range q.lets {
		if l.query != nil {
			if _, err := l.query.shape(data, t.now, Bounds{}, t.lets, ""); err != nil {
				return err
			}
		} else if err := t.check("", l.value); err != nil {
			return err
		}
		t.lets[l.name] = true
	}
	for _, name := range q.tables {
		if _, found := data.Table(name); !found && !t.lets[name] {
			return wrong(q.statement, "Failed to resolve table or column expression named '%s'", name)
		}
	}
	for _, c := range q.printed {
		if err := t.check(q.statement, c.expression); err != nil {
			return err
		}
	}
	return nil
}
