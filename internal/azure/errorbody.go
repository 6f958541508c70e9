package azure

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/printable"
)

// ErrorBody is what Azure's APIs say of a failure, in the error member of
// their answers: Resource Manager, its asynchronous operations, and Azure
// Monitor, which alone has inner errors.
type ErrorBody struct {
	Code       string      `json:"code"`
	Message    string      `json:"message"`
	Details    []ErrorBody `json:"details"`
	InnerError *ErrorBody  `json:"innererror"`
}

// ErrorBodyOf reads the answer behind an error of the official clients. It
// reports false for an answer that is not one of the service's errors.
func ErrorBodyOf(err *azcore.ResponseError) (ErrorBody, bool) {
	if err.RawResponse == nil {
		return ErrorBody{}, false
	}
	payload, readErr := Payload(err.RawResponse)
	if readErr != nil {
		return ErrorBody{}, false
	}
	return ParseErrorBody(payload)
}

// Payload returns the body of an answer, also to several who ask at once, as
// those who share a call do when it fails: the SDK's function, which is for one
// of them, moves the reader that it has put in the body's place.
func Payload(answer *http.Response) ([]byte, error) {
	if read, ok := answer.Body.(interface{ Bytes() []byte }); ok {
		return read.Bytes(), nil
	}
	return runtime.Payload(answer)
}

// ParseErrorBody is ErrorBodyOf for an answer that was read already.
func ParseErrorBody(answer []byte) (ErrorBody, bool) {
	var parsed struct {
		Error ErrorBody `json:"error"`
	}
	if json.Unmarshal(answer, &parsed) != nil {
		return ErrorBody{}, false
	}
	return parsed.Error, parsed.Error.Code+parsed.Error.Message != ""
}

// maxErrorDepth is far more than errors are nested in practice.
const maxErrorDepth = 8

// text joins the messages, the outer ones first, as far as they fit.
func (b ErrorBody) text() string {
	var text strings.Builder
	b.writeTo(&text, maxErrorDepth)
	return text.String()
}

func (b ErrorBody) writeTo(text *strings.Builder, depth int) {
	text.WriteString(printable.Line(b.Message, failure.MaxMessage))
	if depth == 0 {
		return
	}
	for _, detail := range b.Details {
		if text.Len() > failure.MaxMessage {
			return
		}
		var inner strings.Builder
		detail.writeTo(&inner, depth-1)
		if inner.Len() == 0 {
			continue
		}
		if text.Len() > 0 {
			text.WriteString("; ")
		}
		if detail.Code != "" {
			text.WriteString(printable.Line(detail.Code, failure.MaxCode) + ": ")
		}
		text.WriteString(inner.String())
	}
}
