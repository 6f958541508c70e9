package failure

import (
	"errors"
	"net/http"
)

// IsTemporary reports whether an HTTP status is a failure that may pass by
// itself: throttling, a timeout, or a fault inside the service.
func IsTemporary(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= http.StatusInternalServerError
}

// IsFinal reports whether an error is marked as one that no repetition cures.
// The Azure SDK and its identity library mark a refused credential, for
// example, and their retry policies obey the mark. They also mark an answer
// that broke off, for requests that they do not want to repeat.
func IsFinal(err error) bool {
	if lost, ok := errors.AsType[*UnreadAnswerError](err); ok && lost.Broken {
		return false
	}
	var final interface {
		error
		NonRetriable()
	}
	return errors.As(err, &final)
}
