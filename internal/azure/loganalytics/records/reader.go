// Package records reads records one by one, of any size and number, from JSON in
// its usual forms, and gives each a hash of its meaning.
package records

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Record is one record of a source. Its slices are valid until the reader's
// next call of Next.
type Record struct {
	// Index counts from 0.
	Index int
	// Line and Column say where the record begins; both count from 1, the
	// column in bytes.
	Line, Column int
	// Raw is the record exactly as the source has it, from '{' to '}'.
	Raw []byte

	// Fields are the record's members in their order.
	Fields    []Field
	canonical []byte
}

// Hash identifies the record by its meaning: white space, the order of
// members, and how strings are escaped do not change it.
func (r *Record) Hash() Hash { return hashOf(r.canonical) }

// Reader reads records one by one from a JSON array, a single object, JSON
// lines, or objects separated by commas. It holds one record at a time.
type Reader struct {
	source io.Reader
	// maxRecord bounds what is held.
	maxRecord int

	window    []byte // the bytes read and not yet passed are window[at:]
	at        int
	sourceErr error
	offset    int64 // of window[at] in the source
	lineStart int64
	line      int
	form      form
	index     int
	parser    parser
	record    Record
	separator bool // a comma was passed and a record must follow
}

type form int

const (
	formUnknown form = iota
	formArray
	formObjects
	formEnded
)

// largestRecord is what NewReader's 0 stands for.
const largestRecord = 50 << 20

// firstWindow is how much is read at once.
const firstWindow = 256 << 10

// NewReader returns a reader of source that refuses records of more than
// maxRecordBytes; 0 means 50 MiB,
// the largest request that any of the APIs takes.
func NewReader(source io.Reader, maxRecordBytes int) *Reader {
	if maxRecordBytes <= 0 {
		maxRecordBytes = largestRecord
	}
	return &Reader{source: source, maxRecord: maxRecordBytes, line: 1}
}

// SkipHashes leaves the records' canonical forms, and so their hashes, out, which
// is cheaper.
func (r *Reader) SkipHashes(skip bool) { r.parser.checkOnly = skip }

// Offset is how many bytes of the source have been passed.
func (r *Reader) Offset() int64 { return r.offset }

// Next returns the next record, or io.EOF after the last one. Anything that
// is not a record is a *SyntaxError, a record that is too large a
// *TooLargeError; both end the reading.
func (r *Reader) Next() (*Record, error) {
	if err := r.seek(); err != nil {
		return nil, err
	}
	r.record = Record{Index: r.index, Line: r.line, Column: r.column(0)}
	raw, err := r.object()
	if err != nil {
		return nil, err
	}
	r.record.Raw, r.record.Fields, r.record.canonical = raw, r.parser.fields, r.parser.canonical
	r.pass(len(raw))
	r.index++
	r.separator = false
	return &r.record, nil
}

// object parses the object that begins at the window's start. Nearly always the
// window has it whole; if not, twice as much is read and parsed anew.
func (r *Reader) object() ([]byte, error) {
	for {
		window := r.window[r.at:]
		length, err := r.parser.prefix(window)
		truncated := errors.Is(err, errTruncated)
		if truncated {
			length = len(window)
		}
		switch {
		case err != nil && !truncated:
			return nil, r.syntaxError(err, window)
		case length > r.maxRecord:
			return nil, &TooLargeError{RecordIndex: r.index, Line: r.record.Line, Bytes: length, Limit: r.maxRecord}
		case err == nil:
			return window[:length], nil
		}
		err = r.grow(min(2*length, r.maxRecord+1))
		if len(r.window)-r.at > length {
			continue
		}
		if errors.Is(err, io.EOF) {
			return nil, r.syntaxError(errTruncated, nil)
		}
		return nil, err
	}
}

// grow reads until the window has that many bytes, or the source ends.
func (r *Reader) grow(length int) error {
	for len(r.window)-r.at < length {
		if err := r.fill(); err != nil {
			return err
		}
	}
	return nil
}

// seek passes what stands between records and stops at a '{'.
func (r *Reader) seek() error {
	for {
		c, err := r.next()
		if errors.Is(err, io.EOF) {
			return r.end()
		}
		if err != nil {
			return err
		}
		switch {
		case r.form == formEnded:
			return r.wrong("there must be nothing after the array's ']', but there is %s", shown(c))
		case r.form == formUnknown && c == '[':
			r.form = formArray
			r.pass(1)
		case r.form == formUnknown && c == '{':
			r.form = formObjects
			return nil
		case r.form == formUnknown:
			return r.wrong("records must be a JSON array, one JSON object, or JSON lines, but the text begins with %s%s", shown(c), r.encodingHint())
		case c == ',' && r.index > 0 && !r.separator:
			r.separator = true
			r.pass(1)
		case r.form == formArray && c == ']' && !r.separator:
			r.form = formEnded
			r.pass(1)
		case r.form == formArray && r.index > 0 && !r.separator:
			return r.wrong("',' or ']' must follow a record in an array, but there is %s", shown(c))
		case c == '{':
			return nil
		default:
			return r.wrong("each record must be a JSON object, but this begins with %s", shown(c))
		}
	}
}

// end judges the end of the source.
func (r *Reader) end() error {
	switch {
	case r.separator:
		return r.wrong("another record must follow the ','")
	case r.form == formArray:
		return r.wrong("the array is not closed: ']' is missing")
	default:
		return io.EOF
	}
}

// next skips white space, and at the start a byte order mark, and returns
// the byte behind it.
func (r *Reader) next() (byte, error) {
	for {
		for r.at < len(r.window) && isSpace(r.window[r.at]) {
			r.pass(1)
		}
		if r.at < len(r.window) {
			return r.window[r.at], nil
		}
		start := r.offset == 0
		if err := r.fill(); err != nil {
			return 0, err
		}
		if start {
			r.byteOrderMark()
		}
	}
}

// byteOrderMark skips one at the start of the source. An error of the source
// shows at the next read.
func (r *Reader) byteOrderMark() {
	const mark = "\ufeff"
	for len(r.window)-r.at < len(mark) && r.sourceErr == nil {
		if r.fill() != nil {
			break
		}
	}
	if bytes.HasPrefix(r.window[r.at:], []byte(mark)) {
		r.pass(len(mark))
	}
}

// fill reads more behind the window.
func (r *Reader) fill() error {
	if r.sourceErr != nil {
		return r.sourceErr
	}
	if r.at > 0 {
		r.window = r.window[:copy(r.window, r.window[r.at:])]
		r.at = 0
	}
	if len(r.window) == cap(r.window) {
		grown := make([]byte, len(r.window), max(firstWindow, min(2*cap(r.window), r.maxRecord+firstWindow)))
		copy(grown, r.window)
		r.window = grown
	}
	for {
		n, err := r.source.Read(r.window[len(r.window):cap(r.window)])
		r.window = r.window[:len(r.window)+n]
		if err != nil {
			r.sourceErr = err
			if !errors.Is(err, io.EOF) {
				r.sourceErr = fmt.Errorf("could not read the records behind record %d: %w", r.index, err)
			}
		}
		if n > 0 {
			return nil
		}
		if r.sourceErr != nil {
			return r.sourceErr
		}
	}
}
