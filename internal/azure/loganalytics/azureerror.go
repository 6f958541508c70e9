package loganalytics

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// serviceErrorOf reads the answer behind an error of the official clients,
// or returns nil if there was none.
func serviceErrorOf(err error, now time.Time) *ServiceError {
	var answered *azcore.ResponseError
	if !errors.As(err, &answered) {
		return nil
	}
	failure := &ServiceError{Status: answered.StatusCode, Code: answered.ErrorCode}
	if answered.RawResponse == nil {
		return failure
	}
	header := answered.RawResponse.Header
	failure.RetryAfter, _ = wait.RetryAfter(header, now)
	for _, name := range []string{"x-ms-request-id", "request-id", "x-ms-client-request-id"} {
		if failure.RequestID = header.Get(name); failure.RequestID != "" {
			break
		}
	}
	// The body only explains; what cannot be read of it is left out.
	text, _ := runtime.Payload(answered.RawResponse)
	var body errorBody
	if json.Unmarshal(text, &body) == nil {
		if failure.Code == "" {
			failure.Code = body.Error.Code
		}
		failure.Message = body.Error.message()
		failure.InnerCodes = body.Error.innerCodes()
	}
	return failure
}

// errorBody is the error envelope of Azure's APIs.
type errorBody struct {
	Error errorDetail `json:"error"`
}

type errorDetail struct {
	Code       string        `json:"code"`
	Message    string        `json:"message"`
	Details    []errorDetail `json:"details"`
	InnerError *errorDetail  `json:"innererror"`
}

// message joins the messages from the outermost to the innermost, because
// the query API tells what is wrong with a query only in the inner ones.
func (d *errorDetail) message() string {
	text := d.Message
	add := func(inner *errorDetail) {
		if more := inner.message(); more != "" && more != text {
			if text != "" {
				text += ": "
			}
			text += more
		}
	}
	if d.InnerError != nil {
		add(d.InnerError)
	}
	for i := range d.Details {
		add(&d.Details[i])
	}
	return text
}

// innerCodes are the codes inside, from the outermost to the innermost.
func (d *errorDetail) innerCodes() []string {
	var codes []string
	add := func(inner *errorDetail) {
		if inner.Code != "" {
			codes = append(codes, inner.Code)
		}
		codes = append(codes, inner.innerCodes()...)
	}
	if d.InnerError != nil {
		add(d.InnerError)
	}
	for i := range d.Details {
		add(&d.Details[i])
	}
	return codes
}

// permanent is what azcore and azidentity call errors that no repetition
// cures, such as a refused credential.
type permanent interface {
	error
	NonRetriable()
}

func isPermanent(err error) bool {
	var found permanent
	return errors.As(err, &found)
}

// isStatus reports whether err is an answer with that status.
func isStatus(err error, status int) bool {
	var failure *ServiceError
	return errors.As(err, &failure) && failure.Status == status
}
