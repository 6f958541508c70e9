package records

import "bytes"

// Kind is the JSON type of a value.
type Kind uint8

// The kinds.
const (
	KindNull Kind = iota
	KindBool
	KindNumber
	KindString
	KindObject
	KindArray
)

// String names the kind with its article.
func (k Kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "an object", "an array"}[k]
}

// Field is one member of a record. The slices point into the record.
type Field struct {
	// Name is what stands between the quotes.
	Name []byte
	// Escaped means that Name has backslashes.
	Escaped bool
	// Value is the value's bytes, of a string with its quotes.
	Value []byte
	Kind  Kind
	// Root is the name of the property that a flattened field is part of, and
	// Depth how deep it was in its object; 0 for the record's own.
	Root  []byte
	Depth int
}

// Text appends a string's text to out, or the JSON of anything else.
func (f Field) Text(out []byte) []byte {
	if f.Kind != KindString {
		return append(out, f.Value...)
	}
	text := f.Value[1 : len(f.Value)-1]
	if bytes.IndexByte(text, '\\') < 0 {
		return append(out, text...)
	}
	return appendUnescaped(out, text)
}

// DecodedName is the name without escapes.
func (f Field) DecodedName() []byte {
	if !f.Escaped {
		return f.Name
	}
	return appendUnescaped(nil, f.Name)
}
