package kql

// query reads lets, and a table with its operators or what stands in its place.
func (p *parser) query() (*Query, error) {
	query := &Query{}
	for p.at+1 < len(p.tokens) && p.peek().kind == tokenName && p.peek().text == statementLet {
		refused := p.unsupported()
		l, ok := p.let()
		if !ok {
			return nil, refused
		}
		query.lets, query.refused = append(query.lets, l), refused
	}
	next := p.peek()
	if next.kind == tokenName && (next.text == statementPrint || next.text == statementSearch) {
		refused := p.unsupported()
		p.at++
		query.statement = next.text
		if !p.statement(query) {
			return nil, refused
		}
		query.refused = refused
		return query, nil
	}
	return query, p.tabular(query)
}

// let reads a let statement; functions are not read.
func (p *parser) let() (let, bool) {
	p.at++
	name, err := p.name("a name")
	if err != nil || !p.sign("=") {
		return let{}, false
	}
	l, begin := let{name: name}, p.at
	if l.value, err = p.expression(); err != nil {
		return let{}, false
	}
	if _, isName := l.value.(column); isName {
		p.at, l.query = begin, &Query{}
		if p.tabular(l.query) != nil {
			return let{}, false
		}
	}
	return l, p.sign(";")
}

// statement reads what follows print, and search in (tables).
func (p *parser) statement(query *Query) bool {
	var err error
	if query.statement == statementPrint {
		query.printed, err = p.namedList()
		return err == nil && p.peek().kind == tokenEnd
	}
	if _, found := p.word("in"); !found || !p.sign("(") {
		return false
	}
	query.tables, err = list(p, func(int) (string, error) { return p.name("a table") })
	if err != nil || !p.sign(")") {
		return false
	}
	_, err = p.expression()
	return err == nil && p.peek().kind == tokenEnd
}

// joinOf reads what follows join or lookup.
func (p *parser) joinOf() (*joinedTable, bool) {
	for next := p.tokens[min(p.at+1, len(p.tokens)-1)]; next.kind == tokenSign && next.text == "="; next = p.tokens[min(p.at+1, len(p.tokens)-1)] {
		if p.at += 3; p.at >= len(p.tokens) { // kind=inner, hint.strategy=shuffle
			return nil, false
		}
	}
	j := &joinedTable{right: &Query{}}
	var err error
	if p.sign("(") {
		if p.tabular(j.right) != nil || !p.sign(")") {
			return nil, false
		}
	} else if j.right.table, err = p.name("a table"); err != nil {
		return nil, false
	}
	if _, found := p.word("on"); !found {
		return nil, false
	}
	_, err = list(p, func(int) (struct{}, error) { return struct{}{}, p.joinKey(j) })
	return j, err == nil
}

// joinKey reads a column of both sides, or $left.a == $right.b.
func (p *parser) joinKey(j *joinedTable) error {
	if !p.sign("$") {
		name, err := p.name("a column")
		j.commonKeys = append(j.commonKeys, name)
		return err
	}
	for first := true; first || p.sign("$"); first = false {
		side, err := p.name("left or right")
		if err != nil {
			return err
		}
		if err := p.need("."); err != nil {
			return err
		}
		name, err := p.name("a column")
		if err != nil {
			return err
		}
		if side == "left" {
			j.leftKeys = append(j.leftKeys, name)
		} else {
			j.rightKeys = append(j.rightKeys, name)
		}
		p.sign("==")
	}
	return nil
}
