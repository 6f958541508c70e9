package huaweicloud

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
)

// answer is what came with a status of success.
type answer struct {
	operation string
	header    http.Header
	// requestID is printable.
	requestID string
	body      []byte
}

// Checker is an answer that knows what it has to hold.
type Checker interface {
	// Check returns what is missing or contradicts itself, without quoting
	// what may be a secret; nil says that the answer is one.
	Check() error
}

// NoAnswerError says that something came with a status of success which does
// not answer the request: a proxy's page, an object without what it has to
// hold, a list that contradicts itself. It proves nothing, neither that
// something exists nor that it does not.
type NoAnswerError struct {
	// Operation is the vendor's operation name, Host who answered; it is empty
	// where several answers contradict each other.
	Operation, Host string
	// Status is the HTTP status; 0 where several answers contradict each
	// other.
	Status int
	// RequestID identifies the call to the vendor's support; it may be empty.
	RequestID string
	// Reason says what came instead.
	Reason string

	// final says that another attempt costs as much, and helps nobody.
	final bool
}

// Error says who sent what instead of an answer.
func (e *NoAnswerError) Error() string {
	from := e.Operation
	if e.Host != "" {
		from += " at " + e.Host
	}
	text := fmt.Sprintf("%s answered %d, but with no answer to the request: %s", from, e.Status, e.Reason)
	if e.Status == 0 {
		text = fmt.Sprintf("%s answered, but gave no answer to the request: %s", from, e.Reason)
	}
	if e.RequestID != "" {
		text += fmt.Sprintf(" (request id %s)", e.RequestID)
	}
	return text
}

// understand decides whether an answer with a status of success answers the
// request. It is the one place that does.
func (s *Session) understand(ready prepared, response *http.Response, got answer) error {
	wrong := &NoAnswerError{Operation: ready.Operation, Host: ready.url.Host, Status: response.StatusCode, RequestID: got.requestID}
	if bytes.Count(got.body, []byte{','}) > maxValues {
		wrong.Reason, wrong.final = fmt.Sprintf("it has more than %d values, which no answer of this service should have", maxValues), true
		return wrong
	}
	var object map[string]json.RawMessage
	switch err := json.Unmarshal(got.body, &object); {
	case len(bytes.TrimSpace(got.body)) == 0:
		wrong.Reason = "it is empty"
	case err != nil:
		wrong.Reason = "it is not the JSON that was expected: " + whereWrong(err) + s.pageTitle(got.body)
	case doubledName(got.body) != "":
		wrong.Reason = fmt.Sprintf("it has the member %q twice", doubledName(got.body))
	case errorIn(object) != "":
		said, failed := errorIn(object), s.newError(ready.Operation, response, got.body)
		refused := failed.Code != "" || strings.EqualFold(said, "error")
		confirms := ready.into != nil && ready.decode(got.body) == ""
		if ready.repeatable() && refused || !ready.repeatable() && failed.refuses() && !confirms {
			return failed
		}
		what := cmp.Or(strings.TrimSpace(failed.Code+" "+failed.Message), fmt.Sprintf("the member %q", said))
		wrong.Reason = "it speaks of an error: " + what
		if !ready.repeatable() {
			wrong.Reason = "it speaks of an error, which does not say that the service refused: " + what
		}
	default:
		wrong.Reason = ready.decode(got.body)
	}
	// It may quote what came.
	wrong.Reason = s.clean(wrong.Reason)
	if wrong.Reason == "" {
		return nil
	}
	return wrong
}

// decode reads an answer and returns what is wrong with it.
func (p prepared) decode(body []byte) string {
	into := p.into
	if into == nil {
		return ""
	}
	// An earlier attempt may have left something.
	reflect.ValueOf(into).Elem().SetZero()
	if err := json.Unmarshal(body, into); err != nil {
		return "it is not the JSON that was expected: " + whereWrong(err)
	}
	if checked, checks := into.(Checker); checks {
		if err := checked.Check(); err != nil {
			return err.Error()
		}
	}
	if p.Check != nil {
		if err := p.Check(); err != nil {
			return err.Error()
		}
	}
	return ""
}

// whereWrong describes a decoding error without the value that it is about,
// which may be a secret.
func whereWrong(err error) string {
	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("no valid JSON at byte %d", syntax.Offset)
	case errors.As(err, &wrongType) && wrongType.Field != "":
		return fmt.Sprintf("the member %q at byte %d has another type", wrongType.Field, wrongType.Offset)
	case errors.As(err, &wrongType):
		return "it is no object"
	}
	return "a member has an unexpected value"
}

// pageTitle quotes the title of a page that came instead of an answer.
func (s *Session) pageTitle(body []byte) string {
	title := htmlTitle.FindSubmatch(body[:min(len(body), maxPage)])
	if title == nil {
		return ""
	}
	return fmt.Sprintf(`; a gateway's page says "%s"`, s.clean(string(title[1])))
}
