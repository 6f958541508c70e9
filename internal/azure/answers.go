package azure

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// limits are what an answer may have at most. They are far above any of the
// services' own, and keep a few megabytes of tiny values from becoming
// gigabytes of structs. Zero is no limit.
type limits struct {
	// bytes is for any answer, errorBytes for those that are no success.
	bytes, errorBytes int
	// values are counted by the commas between them, objects by their braces,
	// so that nothing has to be decoded for it.
	values, objects int
}

var (
	// anyLimits allow a query's 500,000 rows, of six columns each.
	anyLimits = limits{errorBytes: 1 << 20, values: 3_000_000}
	// managementLimits allow a list of 10,000 packet captures with 50 objects
	// each.
	managementLimits = limits{objects: 500_000}
	// identityLimits: a token takes a few kilobytes.
	identityLimits = limits{bytes: 1 << 20}
)

// unreadAnswerPolicy tells errors that came with an answer from those without one:
// the policy that adds the token drops the answer.
type unreadAnswerPolicy struct{}

func (unreadAnswerPolicy) Do(r *policy.Request) (*http.Response, error) {
	response, err := r.Next()
	if err == nil || response == nil {
		return response, err
	}
	return response, &failure.UnreadAnswerError{Status: response.StatusCode, Broken: !errors.As(err, new(*refusedError)), Err: err}
}

// answerPolicy refuses answers beyond the limits before they are decoded.
type answerPolicy struct{ limits limits }

func (p answerPolicy) Do(r *policy.Request) (*http.Response, error) {
	response, err := r.Next()
	if err != nil {
		return response, err
	}
	body, err := runtime.Payload(response)
	if err != nil {
		return response, err
	}
	return response, p.limits.check(r.Raw().URL.Host, response.StatusCode, body)
}

func (l limits) check(host string, status int, body []byte) error {
	beyond := func(count, limit int, of string) error {
		if limit == 0 || count <= limit {
			return nil
		}
		return &refusedError{fmt.Errorf("the answer of %s (HTTP %d) has %d %s, and no answer of this service should have more than %d", host, status, count, of, limit)}
	}
	errorBytes := l.errorBytes
	if status < http.StatusBadRequest {
		errorBytes = 0
	}
	for _, problem := range []error{
		beyond(len(body), l.bytes, "bytes"),
		beyond(len(body), errorBytes, "bytes"),
		beyond(bytes.Count(body, []byte{','}), l.values, "values"),
		beyond(bytes.Count(body, []byte{'{'}), l.objects, "objects"),
	} {
		if problem != nil {
			return problem
		}
	}
	return nil
}
