package records

import (
	"bytes"
	"errors"
	"fmt"
)

var newline = []byte{'\n'}

// pass moves the window's start and keeps count of lines.
func (r *Reader) pass(length int) {
	passed := r.window[r.at : r.at+length]
	if lines := bytes.Count(passed, newline); lines > 0 {
		r.line += lines
		r.lineStart = r.offset + int64(bytes.LastIndexByte(passed, '\n')) + 1
	}
	r.at += length
	r.offset += int64(length)
}

func (r *Reader) column(ahead int) int { return int(r.offset-r.lineStart) + ahead + 1 }

// wrong reports what stands at the window's start.
func (r *Reader) wrong(format string, arguments ...any) error {
	return &SyntaxError{RecordIndex: r.index, Line: r.line, Column: r.column(0), Message: fmt.Sprintf(format, arguments...)}
}

// syntaxError turns the parser's verdict on raw, which begins at the
// window's start, into an error with a position.
func (r *Reader) syntaxError(err error, raw []byte) error {
	var found *problem
	if !errors.As(err, &found) {
		return r.wrong("the record that begins here is not closed: %s", errTruncated)
	}
	before := raw[:found.offset]
	line, column := r.line+bytes.Count(before, newline), r.column(found.offset)
	if last := bytes.LastIndexByte(before, '\n'); last >= 0 {
		column = found.offset - last
	}
	return &SyntaxError{RecordIndex: r.index, Line: line, Column: column, Message: found.message}
}

// encodingHint explains a first byte that betrays UTF-16, which Windows
// tools like to write.
func (r *Reader) encodingHint() string {
	head := r.window[r.at:]
	if len(head) >= 2 && (head[0] == 0xff && head[1] == 0xfe || head[0] == 0xfe && head[1] == 0xff || head[0] == 0 || head[1] == 0) {
		return "; the text looks like UTF-16, write it as UTF-8"
	}
	return ""
}
