package records

import (
	"bytes"
	"slices"
)

// maxDepth bounds how deep a record may nest.
const maxDepth = 128

// parser checks records strictly (RFC 8259 and valid UTF-8) and builds their
// canonical form on the way: no white space, members sorted by name, strings
// escaped only where they must be, numbers by their value, and no members of
// the record that are null, because no column is stored for them. Its buffers
// serve any number of records.
type parser struct {
	data  []byte
	pos   int
	depth int

	// checkOnly leaves canonical empty.
	checkOnly bool
	// legacy keeps numbers as they are written, and members that are null.
	legacy    bool
	canonical []byte
	fields    []Field
	members   []span
	scratch   []byte
}

// span is one member in the canonical form.
type span struct{ start, nameEnd, end int }

// record parses one JSON object and nothing behind it.
func (p *parser) record(data []byte) error {
	length, err := p.prefix(data)
	if err == nil && length != len(data) {
		return invalid(data, length, "the end of the record")
	}
	return err
}

// prefix parses the JSON object that data begins with, and returns its
// length.
func (p *parser) prefix(data []byte) (int, error) {
	p.data, p.pos, p.depth = data, 0, 0
	p.canonical, p.fields, p.members = p.canonical[:0], p.fields[:0], p.members[:0]
	err := p.object()
	return p.pos, err
}

// put appends to the canonical form.
func (p *parser) put(text ...byte) {
	if !p.checkOnly {
		p.canonical = append(p.canonical, text...)
	}
}

func (p *parser) space() {
	for p.pos < len(p.data) && isSpace(p.data[p.pos]) {
		p.pos++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// peek returns the next byte, or 0, which no JSON text has outside strings.
func (p *parser) peek() byte {
	if p.pos < len(p.data) {
		return p.data[p.pos]
	}
	return 0
}

func (p *parser) enter() error {
	p.depth++
	if p.depth > maxDepth {
		return &problem{offset: p.pos, message: "the record nests deeper than 128 levels"}
	}
	return nil
}

func (p *parser) object() error {
	if p.peek() != '{' {
		return invalid(p.data, p.pos, "'{'")
	}
	if err := p.enter(); err != nil {
		return err
	}
	p.pos++
	first, start := len(p.members), len(p.canonical)
	p.put('{')
	p.space()
	for count := 0; p.peek() != '}'; count++ {
		if count > 0 {
			if p.peek() != ',' {
				return invalid(p.data, p.pos, "',' or '}'")
			}
			p.pos++
			p.space()
		}
		if err := p.member(len(p.members) > first); err != nil {
			return err
		}
		p.space()
	}
	p.pos++
	p.depth--
	p.sort(first, start+1)
	p.members = p.members[:first]
	p.put('}')
	return nil
}

// member parses a member, in front of which another may stand.
func (p *parser) member(follows bool) error {
	if p.peek() != '"' {
		return invalid(p.data, p.pos, "a member name in double quotes")
	}
	before := len(p.canonical)
	if follows {
		p.put(',')
	}
	item := span{start: len(p.canonical)}
	nameStart := p.pos + 1
	escaped, err := p.text()
	if err != nil {
		return err
	}
	nameEnd := p.pos - 1
	item.nameEnd = len(p.canonical)
	p.space()
	if p.peek() != ':' {
		return invalid(p.data, p.pos, "':'")
	}
	p.pos++
	p.put(':')
	p.space()
	valueStart := p.pos
	valueKind, err := p.value()
	if err != nil {
		return err
	}
	if item.end = len(p.canonical); valueKind == KindNull && p.depth == 1 && !p.legacy {
		p.canonical = p.canonical[:before]
	} else {
		p.members = append(p.members, item)
	}
	if p.depth == 1 {
		p.fields = append(p.fields, Field{
			Name: p.data[nameStart:nameEnd], Escaped: escaped, Value: p.data[valueStart:p.pos], Kind: valueKind,
		})
	}
	return nil
}

// sort brings the members from first on, whose canonical text begins at
// start, into the order of their names.
func (p *parser) sort(first, start int) {
	members := p.members[first:]
	compare := func(a, b span) int {
		return bytes.Compare(p.canonical[a.start:a.nameEnd], p.canonical[b.start:b.nameEnd])
	}
	if p.checkOnly || slices.IsSortedFunc(members, compare) {
		return
	}
	slices.SortStableFunc(members, compare)
	p.scratch = p.scratch[:0]
	for i, member := range members {
		if i > 0 {
			p.scratch = append(p.scratch, ',')
		}
		p.scratch = append(p.scratch, p.canonical[member.start:member.end]...)
	}
	p.canonical = append(p.canonical[:start], p.scratch...)
}

func (p *parser) array() error {
	if err := p.enter(); err != nil {
		return err
	}
	p.pos++
	p.put('[')
	p.space()
	for count := 0; p.peek() != ']'; count++ {
		if count > 0 {
			if p.peek() != ',' {
				return invalid(p.data, p.pos, "',' or ']'")
			}
			p.pos++
			p.put(',')
			p.space()
		}
		if _, err := p.value(); err != nil {
			return err
		}
		p.space()
	}
	p.pos++
	p.depth--
	p.put(']')
	return nil
}

func (p *parser) value() (Kind, error) {
	switch c := p.peek(); {
	case c == '{':
		return KindObject, p.object()
	case c == '[':
		return KindArray, p.array()
	case c == '"':
		_, err := p.text()
		return KindString, err
	case c == '-' || c >= '0' && c <= '9':
		return KindNumber, p.number()
	case c == 't':
		return KindBool, p.word("true")
	case c == 'f':
		return KindBool, p.word("false")
	case c == 'n':
		return KindNull, p.word("null")
	default:
		return KindNull, invalid(p.data, p.pos, "a value")
	}
}
