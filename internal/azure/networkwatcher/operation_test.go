package networkwatcher_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
)

type transport func(*http.Request) (*http.Response, error)

func (t transport) Do(request *http.Request) (*http.Response, error) { return t(request) }

// TestAnAnswerThatEndsWithItsContext has the time run out between the header of
// an answer to a poll and the end of its body.
func TestAnAnswerThatEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		broken error
		judged bool
	}{
		"deadline":     {context.DeadlineExceeded, false},
		"cancellation": {context.Canceled, false},
		"connection":   {io.ErrUnexpectedEOF, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers := transport(func(request *http.Request) (*http.Response, error) {
				body := io.MultiReader(strings.NewReader(`{"status":"InProgress"}`), iotest.ErrReader(test.broken))
				return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(body), Request: request}, nil
			})
			pipeline := runtime.NewPipeline("test", "1", runtime.PipelineOptions{}, &policy.ClientOptions{Transport: answers, Retry: policy.RetryOptions{MaxRetries: -1}})
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "https://localhost/capture", nil)
			if err != nil {
				t.Fatal(err)
			}
			begun := &http.Response{
				StatusCode: http.StatusCreated, Body: io.NopCloser(strings.NewReader(`{}`)), Request: request,
				Header: http.Header{"Azure-Asyncoperation": {"https://localhost/operation"}},
			}
			err = networkwatcher.Poll(t.Context(), begun, pipeline)
			if judged := errors.As(err, new(*networkwatcher.AnswerError)); judged != test.judged || err == nil {
				t.Errorf("judged as an answer: %t, with %v", judged, err)
			}
		})
	}
}
