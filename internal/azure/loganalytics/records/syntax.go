package records

import (
	"errors"
	"fmt"
)

// SyntaxError says where a source of records is not what it must be.
type SyntaxError struct {
	// RecordIndex counts records from 0; the first broken one has it.
	RecordIndex int
	// Line counts from 1.
	Line int
	// Column counts bytes from 1.
	Column int
	// Message says what is wrong.
	Message string
}

// Error names record, line and column.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("record %d (line %d, column %d): %s", e.RecordIndex, e.Line, e.Column, e.Message)
}

// TooLargeError names a record that no batch can hold.
type TooLargeError struct {
	RecordIndex, Line int
	// Bytes is the size of the record as it would be sent, or at least how
	// much of it was seen.
	Bytes int
	// Limit is what the API takes.
	Limit int
	// Compressed means that both numbers are sizes after gzip.
	Compressed bool
}

// Error names the record, its size and the limit.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("record %d (line %d) cannot be sent: %s", e.RecordIndex, e.Line, e.Reason())
}

// Reason is the size and the limit, without the record.
func (e *TooLargeError) Reason() string {
	unit := "bytes"
	if e.Compressed {
		unit = "bytes after gzip"
	}
	return fmt.Sprintf("with %d %s the record is larger than the largest request that the service takes (%d); shorten or split it", e.Bytes, unit, e.Limit)
}

// problem is a defect within one record's bytes.
type problem struct {
	offset  int
	message string
}

func (p *problem) Error() string { return p.message }

// errTruncated is reported when a record's bytes end before the record does.
var errTruncated = errors.New("the input ends inside the record")

// invalid describes the byte at offset, or the missing one.
func invalid(data []byte, offset int, expected string) error {
	if offset >= len(data) {
		return errTruncated
	}
	return &problem{offset: offset, message: fmt.Sprintf("invalid JSON: found %s where %s must be", shown(data[offset]), expected)}
}

func shown(c byte) string {
	if c < 0x20 || c >= 0x7f {
		return fmt.Sprintf("byte 0x%02x", c)
	}
	return fmt.Sprintf("%q", rune(c))
}
