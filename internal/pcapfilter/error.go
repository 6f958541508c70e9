package pcapfilter

import (
	"fmt"
	"strings"
)

// Error says why an expression, or filters, cannot be used.
type Error struct {
	// Word is the part of the expression at fault, empty at its end.
	Word string
	// Column counts characters from 1. It is 0 for an error that concerns no
	// expression.
	Column int
	// Reason is a clause without a period.
	Reason string
	// Instead lists expressions that can be used, the nearest first; may be empty.
	Instead []string
}

// Error is one sentence or two: where, why, and what to write instead.
func (e *Error) Error() string {
	var text strings.Builder
	if e.Column > 0 {
		fmt.Fprintf(&text, "column %d", e.Column)
		if e.Word != "" {
			fmt.Fprintf(&text, ", %q", e.Word)
		}
		text.WriteString(": ")
	}
	text.WriteString(e.Reason)
	if len(e.Instead) > 0 {
		text.WriteString("; write " + strings.Join(e.Instead, ", or "))
	}
	return text.String()
}

func errorAt(at Position, reason string, instead ...string) *Error {
	return &Error{Word: at.Word, Column: at.Column, Reason: reason, Instead: instead}
}
