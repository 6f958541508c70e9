package loganalytics

import (
	"cmp"
	"errors"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
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
	said, _ := azure.ErrorBodyOf(answered)
	failure.Code = cmp.Or(failure.Code, said.Code)
	failure.Message, failure.InnerCodes = message(&said), innerCodes(&said)
	return failure
}

// message joins the messages from the outermost to the innermost, because
// the query API tells what is wrong with a query only in the inner ones. A full
// stop before the next one is left out.
func message(said *azure.ErrorBody) string {
	text := said.Message
	add := func(inner *azure.ErrorBody) {
		if more := message(inner); more != "" && more != text {
			if text != "" {
				text = strings.TrimRight(text, ".") + ": "
			}
			text += more
		}
	}
	if said.InnerError != nil {
		add(said.InnerError)
	}
	for i := range said.Details {
		add(&said.Details[i])
	}
	return text
}

// innerCodes are the codes inside, from the outermost to the innermost.
func innerCodes(said *azure.ErrorBody) []string {
	var codes []string
	add := func(inner *azure.ErrorBody) {
		if inner.Code != "" {
			codes = append(codes, inner.Code)
		}
		codes = append(codes, innerCodes(inner)...)
	}
	if said.InnerError != nil {
		add(said.InnerError)
	}
	for i := range said.Details {
		add(&said.Details[i])
	}
	return codes
}

// isStatus reports whether err is an answer with that status.
func isStatus(err error, status int) bool {
	var failure *ServiceError
	return errors.As(err, &failure) && failure.Status == status
}
