package kql

import (
	"slices"
	"strings"
)

// Render is how a query wants its result shown.
//
// Source: https://learn.microsoft.com/kusto/query/render-operator
type Render struct {
	Visualization string
	// Properties are by their names in lower case.
	Properties map[string]Value
}

var visualizations = []string{
	"3dchart", "anomalychart", "areachart", "barchart", "card", "columnchart", "graph", "ladderchart", "linechart", "piechart", "pivotchart", "plotly",
	"scatterchart", "stackedareachart", "table", "timechart", "timepivot", "treemap",
}

// render reads what stands behind "render": a visualization and its properties,
// in with (...) or, as it was first, without. Lists of columns are not read.
func (p *parser) render() (*Render, error) {
	name := p.peek()
	if name.kind == tokenEnd || !slices.Contains(visualizations, strings.ToLower(name.text)) {
		return nil, p.unexpected("a visualization")
	}
	p.at++
	r := &Render{strings.ToLower(name.text), map[string]Value{}}
	_, inParentheses := p.word("with")
	if inParentheses {
		if err := p.need("("); err != nil {
			return nil, err
		}
	}
	for p.peek().kind == tokenName {
		name := strings.ToLower(p.peek().text)
		if !p.follows("=") {
			return nil, p.unsupported()
		}
		p.at += 2
		value, err := p.primary()
		if err != nil {
			return nil, err
		}
		switch value := value.(type) {
		case literal:
			r.Properties[name] = value.value
		case column:
			r.Properties[name] = value.name
		default:
			return nil, p.unsupported()
		}
		p.sign(",")
	}
	if inParentheses {
		return r, p.need(")")
	}
	return r, nil
}
