package networkwatcher

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// maxTransient is how many polls in a row may fail before a wait gives up;
// the SDK has repeated each of them three times by then.
const maxTransient = 5

// operation is a long-running operation. The SDK's own PollUntilDone is not
// used because it cannot be told to skip the final GET of the resource, and
// forgets at an interruption what it saw.
type operation[T any] struct {
	poller *runtime.Poller[T]
	// first has what the first answer says about the first poll.
	first wait.Progress
	// last is the last answer to a poll.
	last *http.Response
}

// begin starts an operation that may be started any number of times. It waits
// while the service says that it is busy with another one on the same object.
func begin[T any](ctx context.Context, c *Client, what string, start func(context.Context) (*runtime.Poller[T], error)) (*operation[T], error) {
	var started *operation[T]
	err := c.waiter().Until(ctx, what, func(ctx context.Context) (wait.Progress, error) {
		var answer *http.Response
		poller, err := start(policy.WithCaptureResponse(ctx, &answer))
		if err != nil && answer != nil && answer.StatusCode < http.StatusMultipleChoices {
			return wait.Progress{}, &AnswerError{Asked: "an accepted operation (" + what + ")", Lacks: "it names no operation to ask", answer: answer}
		}
		if answer != nil && busy(err) {
			return wait.Progress{State: codeBusy}.Paced(answer.Header, c.clock.Now()), nil
		}
		if err != nil {
			return wait.Progress{}, err
		}
		if poller.Done() && !bodyless(answer) {
			return wait.Progress{}, &AnswerError{Asked: "a finished operation (" + what + ")", Lacks: "that has no body", answer: answer}
		}
		started = begun(poller, answer, c.clock)
		return wait.Progress{Done: true}, nil
	})
	return started, err
}

// bodyless reports whether an answer says nothing but its status. So does the
// service when a stop or a deletion is done at once; anything else comes from
// elsewhere, or is an error.
func bodyless(answer *http.Response) bool {
	payload, err := runtime.Payload(answer)
	switch string(bytes.TrimSpace(payload)) {
	case "", "null":
		return err == nil
	}
	return false
}

func begun[T any](poller *runtime.Poller[T], answer *http.Response, clock wait.Clock) *operation[T] {
	return &operation[T]{poller: poller, first: wait.Progress{}.Paced(answer.Header, clock.Now())}
}

// codeBusy is the error code of a request that met another operation.
//
// Source: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
const codeBusy = "AnotherOperationInProgress"

func busy(err error) bool {
	status, code, _ := serviceError(err)
	return status == http.StatusConflict && code == codeBusy
}

// until polls to the end. what names the operation for *wait.Interrupted;
// state is the state in the first answer, if it has one.
func (o *operation[T]) until(ctx context.Context, waiter wait.Waiter, what, state string) error {
	first := true
	failures := 0
	return waiter.Until(ctx, what, func(ctx context.Context) (wait.Progress, error) {
		if first {
			first = false
			return o.begin(ctx, state)
		}
		answer, err := o.poll(ctx, what) //nolint:bodyclose // the pipeline has read and closed it
		if err != nil {
			failures++
			return wait.Progress{}, transientUpTo(failures, err)
		}
		failures, o.last = 0, answer
		return o.progress(ctx, waiter.Clock, answer)
	})
}

// poll asks once. An answer that says nothing of the operation is an error.
func (o *operation[T]) poll(ctx context.Context, what string) (*http.Response, error) {
	var raw *http.Response
	answer, err := o.poller.Poll(policy.WithCaptureResponse(ctx, &raw))
	switch {
	case err == nil && answer.StatusCode >= http.StatusBadRequest && !o.poller.Done():
		// The SDK takes this for "still in progress".
		return answer, runtime.NewResponseError(answer)
	case err != nil && raw != nil && raw.StatusCode < http.StatusMultipleChoices && !o.poller.Done():
		return answer, &AnswerError{Asked: "the state of the operation (" + what + ")", Lacks: "it has no status", answer: raw}
	}
	return answer, err
}

// begin judges the operation by its first answer.
func (o *operation[T]) begin(ctx context.Context, state string) (wait.Progress, error) {
	progress := o.first
	progress.Done, progress.State = o.poller.Done(), state
	if progress.Done && !succeeded(http.StatusOK, state) {
		_, err := o.poller.Result(ctx)
		return progress, err
	}
	return progress, nil
}

func (o *operation[T]) progress(ctx context.Context, clock wait.Clock, answer *http.Response) (wait.Progress, error) {
	progress := wait.Progress{Done: o.poller.Done(), State: operationStatus(answer)}.Paced(answer.Header, clock.Now())
	if progress.Done && !succeeded(answer.StatusCode, progress.State) {
		_, err := o.poller.Result(ctx)
		return progress, err
	}
	return progress, nil
}

// succeeded reads the end of an operation. A status monitor has the status in
// its body; the other kind of URL has none, and answers with the result.
func succeeded(statusCode int, status string) bool {
	switch fold(status) {
	case "succeeded", "completed":
		return true
	case "":
		return statusCode < http.StatusBadRequest
	default:
		return false
	}
}

func operationStatus(answer *http.Response) string {
	var body struct {
		Status string `json:"status"`
	}
	payload, err := runtime.Payload(answer)
	if err != nil || json.Unmarshal(payload, &body) != nil {
		return ""
	}
	return body.Status
}

// transientUpTo lets a wait survive failed looks that another one may not
// meet. failures counts those in a row.
func transientUpTo(failures int, err error) error {
	if failures >= maxTransient || !temporary(err) {
		return err
	}
	return wait.Transient(err)
}

func temporary(err error) bool {
	var noStatus *NoStatusError
	var response *azcore.ResponseError
	if errors.As(err, &noStatus) {
		return noStatus.Lookup == nil
	}
	if errors.As(err, &response) {
		return failure.IsTemporary(response.StatusCode)
	}
	return !refused(err)
}
